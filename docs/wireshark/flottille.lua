-- Flottille's protocols in Wireshark 4 and tshark: SeP (UDP 2013) is taken apart
-- field by field, as docs/protocol.md describes it; SiP (TCP 3615) is shown as
-- the TLS that it is.
--
--   tshark -X lua_script:flottille.lua -r capture.pcap -Y 'flottille.word == "rate"'
--
-- For good: copy this file into the folder that Wireshark's Help, About, Folders
-- names "Personal Lua Plugins".

-- Each word: what it means, and the names of its arguments, by who says it.
-- `deno task dissector --write` writes this table from lib/sep/words.ts.
-- words: begin
local WORDS = {
  ping = { gloss = "Are you there?", server = { "epoch", "count", "windowMs", "sep", "sip", "publishers", "delegation" }, machine = { "key", "serial" } },
  echo = { gloss = "I am here", server = { "nonce", "delegation" }, machine = { "key", "nonce" } },
  OK = { gloss = "Understood", server = { "list" }, machine = { "list" } },
  identifie = { gloss = "This is who I am", server = nil, machine = { "macs", "hostName", "system", "architecture", "agentVersion", "epoch", "enrolment", "proof", "vouch" } },
  identifiant = { gloss = "This is what you are to me", server = { "machine", "verdict", "certificate", "sip", "reason" }, machine = nil },
  possede = { gloss = "Do you have this program?", server = { "name", "version", "only" }, machine = nil },
  oui = { gloss = "Yes", server = nil, machine = {} },
  non = { gloss = "No", server = nil, machine = {} },
  rien = { gloss = "Nothing to do", server = {}, machine = nil },
  dliste = { gloss = "Send me your list", server = { "held", "libraries" }, machine = nil },
  vliste = { gloss = "My list has changed", server = nil, machine = { "list" } },
  install = { gloss = "Install this", server = { "order", "attempt", "name", "version", "sha256", "size", "how" }, machine = nil },
  suppression = { gloss = "Remove this", server = { "order", "attempt", "name", "version" }, machine = nil },
  reussi = { gloss = "It worked", server = nil, machine = { "order", "attempt", "version", "note" } },
  rate = { gloss = "It did not work", server = nil, machine = { "order", "attempt", "reason", "note" } },
}
-- words: end

local sep = Proto("flottille", "Flottille SeP")
local f = sep.fields

f.magic = ProtoField.string("flottille.magic", "Magic")
f.suite = ProtoField.uint8("flottille.suite", "Suite")
f.server = ProtoField.bool("flottille.from_server", "Sent by a server", 8, nil, 0x01)
f.step = ProtoField.uint8("flottille.step", "Step")
f.fleet = ProtoField.bytes("flottille.fleet", "Fleet")
f.machine = ProtoField.bytes("flottille.machine", "Machine")
f.conversation = ProtoField.bytes("flottille.conversation", "Conversation")
f.prev = ProtoField.bytes("flottille.prev", "Hash of the datagram before")
f.session = ProtoField.bytes("flottille.session", "Session")
f.counter = ProtoField.uint32("flottille.counter", "Counter")
f.length = ProtoField.uint16("flottille.length", "Length of the body")
f.body = ProtoField.string("flottille.body", "Body")
f.word = ProtoField.string("flottille.word", "Word")
f.gloss = ProtoField.string("flottille.gloss", "Meaning")
f.extra = ProtoField.string("flottille.arg.more", "More arguments")
f.tag = ProtoField.bytes("flottille.filter", "Filter tag")
f.signature = ProtoField.bytes("flottille.signature", "Signature")

-- A field for each argument that any word has: flottille.arg.name, ...
local ARGUMENT = {}
for _, word in pairs(WORDS) do
  for _, role in ipairs({ "server", "machine" }) do
    for _, name in ipairs(word[role] or {}) do
      if ARGUMENT[name] == nil then
        ARGUMENT[name] = ProtoField.string("flottille.arg." .. name, name)
        f["arg_" .. name] = ARGUMENT[name]
      end
    end
  end
end

local malformed = ProtoExpert.new(
  "flottille.malformed", "Not a datagram of SeP",
  expert.group.MALFORMED, expert.severity.WARN)
sep.experts = { malformed }

local HEADER, TAIL = 80, 72

-- %2B is a plus sign: arguments are percent-encoded where the notation needs it.
local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

-- The range of each argument within "[word{a+b}]", from the body's offset.
local function arguments(text)
  local first, last = text:find("{.*}")
  local found = {}
  if first == nil then return found end
  local from = first + 1
  while from <= last do
    local to = text:find("[+}]", from)
    table.insert(found, { from - 1, to - from })
    from = to + 1
  end
  return found
end

local function addArguments(tree, body, text, names)
  for place, range in ipairs(arguments(text)) do
    local offset, length = range[1], range[2]
    local where = length > 0 and body(offset, length) or body(offset, 1)
    local value = decoded(text:sub(offset + 1, offset + length))
    tree:add(ARGUMENT[names[place]] or f.extra, where, value)
  end
end

function sep.dissector(buffer, pinfo, tree)
  local length = buffer:len()
  if length < HEADER + TAIL + 4 or buffer(0, 4):string() ~= "SeP1" then
    return 0
  end
  pinfo.cols.protocol = "SeP"
  local top = tree:add(sep, buffer())
  local bodyLength = buffer(76, 2):uint()
  top:add(f.magic, buffer(0, 4))
  top:add(f.suite, buffer(4, 1))
  top:add(f.server, buffer(5, 1))
  top:add(f.step, buffer(6, 1))
  top:add(f.fleet, buffer(8, 8))
  top:add(f.machine, buffer(16, 16))
  top:add(f.conversation, buffer(32, 16))
  top:add(f.prev, buffer(48, 16))
  top:add(f.session, buffer(64, 8))
  top:add(f.counter, buffer(72, 4))
  top:add(f.length, buffer(76, 2))
  if HEADER + bodyLength + TAIL ~= length then
    top:add_proto_expert_info(malformed)
    return length
  end
  local body = buffer(HEADER, bodyLength)
  local text = body:string()
  local isServer = buffer(5, 1):bitfield(7, 1) == 1
  local inside = top:add(f.body, body)
  local word = text:match("^%[(%a+)")
  local known = word and WORDS[word]
  if known then
    inside:add(f.word, body(1, #word), word)
    inside:add(f.gloss, body(1, #word), known.gloss):set_generated()
    addArguments(inside, body, text, known[isServer and "server" or "machine"] or {})
  else
    top:add_proto_expert_info(malformed)
  end
  top:add(f.tag, buffer(HEADER + bodyLength, 8))
  top:add(f.signature, buffer(HEADER + bodyLength + 8, 64))
  top:append_text(", [" .. (word or "?") .. "] by a " .. (isServer and "server" or "machine"))
  pinfo.cols.info = (isServer and "S " or "M ") .. text
  return length
end

DissectorTable.get("udp.port"):add(2013, sep)
DissectorTable.get("tcp.port"):add(3615, Dissector.get("tls"))
