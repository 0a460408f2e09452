/**
 * A private key under a passphrase, made by
 * `openssl genpkey -algorithm ed25519 -aes-256-cbc`. Its PBKDF2 is a hundred
 * times quicker than the scrypt of ours, for tests that open keys often.
 *
 * @module
 */

/** In PEM. */
export const KEY_FROM_OPENSSL = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi/wtSdrZsd5AICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEM0qTwYSk9v2flGwhArRf98EQNNv
VdAJ1Znak6JH6N/w+CGiu15bMMaLR9thWFfZylOTz3fN/1jc3wGXJNjBIFYw4Co0
TlMUlfja3cVHchueTiY=
-----END ENCRYPTED PRIVATE KEY-----
`;

/** What opens it. */
export const PASSPHRASE_OF_OPENSSL = "abc";
