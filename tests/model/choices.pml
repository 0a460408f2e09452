/* Choices among what is there: Promela has no `for some`, so they are written
 * out. Those beyond the bounds of a model are not in it. */

#define BRINGS(TAKES, n) :: TAKES(n) && MAY_BRING(n) -> k = n
#define SERVER_WAITS(n) :: SERVER_TIMED(s_phase[n]) -> k = n
#define MACHINE_WAITS(n) :: MACHINE_TIMED(m_phase[n]) -> k = n

#if STRANGERS >= 1
#define B1(T) BRINGS(T, 1)
#else
#define B1(T) 
#endif
#if STRANGERS >= 2
#define B2(T) B1(T) BRINGS(T, 2)
#else
#define B2(T) B1(T) 
#endif
#if STRANGERS >= 3
#define B3(T) B2(T) BRINGS(T, 3)
#else
#define B3(T) B2(T) 
#endif
#if STRANGERS >= 4
#define B4(T) B3(T) BRINGS(T, 4)
#else
#define B4(T) B3(T) 
#endif
#if STRANGERS >= 5
#define B5(T) B4(T) BRINGS(T, 5)
#else
#define B5(T) B4(T) 
#endif
#if STRANGERS >= 6
#define B6(T) B5(T) BRINGS(T, 6)
#else
#define B6(T) B5(T) 
#endif
#if STRANGERS >= 7
#define B7(T) B6(T) BRINGS(T, 7)
#else
#define B7(T) B6(T) 
#endif
#if STRANGERS >= 8
#define B8(T) B7(T) BRINGS(T, 8)
#else
#define B8(T) B7(T) 
#endif
#if STRANGERS >= 9
#define B9(T) B8(T) BRINGS(T, 9)
#else
#define B9(T) B8(T) 
#endif
#if STRANGERS >= 10
#define B10(T) B9(T) BRINGS(T, 10)
#else
#define B10(T) B9(T) 
#endif
#if STRANGERS >= 11
#define B11(T) B10(T) BRINGS(T, 11)
#else
#define B11(T) B10(T) 
#endif
#if STRANGERS >= 12
#define B12(T) B11(T) BRINGS(T, 12)
#else
#define B12(T) B11(T) 
#endif
#if STRANGERS >= 13
#define B13(T) B12(T) BRINGS(T, 13)
#else
#define B13(T) B12(T) 
#endif
#if STRANGERS >= 14
#define B14(T) B13(T) BRINGS(T, 14)
#else
#define B14(T) B13(T) 
#endif
#if STRANGERS >= 15
#define B15(T) B14(T) BRINGS(T, 15)
#else
#define B15(T) B14(T) 
#endif
#if STRANGERS >= 16
#define B16(T) B15(T) BRINGS(T, 16)
#else
#define B16(T) B15(T) 
#endif
#if STRANGERS >= 17
#define B17(T) B16(T) BRINGS(T, 17)
#else
#define B17(T) B16(T) 
#endif
#if STRANGERS >= 18
#define B18(T) B17(T) BRINGS(T, 18)
#else
#define B18(T) B17(T) 
#endif
#if STRANGERS >= 19
#define B19(T) B18(T) BRINGS(T, 19)
#else
#define B19(T) B18(T) 
#endif
#if STRANGERS >= 20
#define B20(T) B19(T) BRINGS(T, 20)
#else
#define B20(T) B19(T) 
#endif
#if STRANGERS >= 21
#define B21(T) B20(T) BRINGS(T, 21)
#else
#define B21(T) B20(T) 
#endif
#if STRANGERS >= 22
#define B22(T) B21(T) BRINGS(T, 22)
#else
#define B22(T) B21(T) 
#endif
#if STRANGERS >= 23
#define B23(T) B22(T) BRINGS(T, 23)
#else
#define B23(T) B22(T) 
#endif
#if STRANGERS >= 24
#define B24(T) B23(T) BRINGS(T, 24)
#else
#define B24(T) B23(T) 
#endif
#if STRANGERS >= 25
#define B25(T) B24(T) BRINGS(T, 25)
#else
#define B25(T) B24(T) 
#endif
#if STRANGERS >= 26
#define B26(T) B25(T) BRINGS(T, 26)
#else
#define B26(T) B25(T) 
#endif
#if STRANGERS >= 27
#define B27(T) B26(T) BRINGS(T, 27)
#else
#define B27(T) B26(T) 
#endif
#if STRANGERS >= 28
#define B28(T) B27(T) BRINGS(T, 28)
#else
#define B28(T) B27(T) 
#endif
#if STRANGERS >= 29
#define B29(T) B28(T) BRINGS(T, 29)
#else
#define B29(T) B28(T) 
#endif
#if STRANGERS >= 30
#define B30(T) B29(T) BRINGS(T, 30)
#else
#define B30(T) B29(T) 
#endif
#if STRANGERS >= 31
#define B31(T) B30(T) BRINGS(T, 31)
#else
#define B31(T) B30(T) 
#endif
#if STRANGERS >= 32
#define B32(T) B31(T) BRINGS(T, 32)
#else
#define B32(T) B31(T) 
#endif
#if STRANGERS >= 33
#define B33(T) B32(T) BRINGS(T, 33)
#else
#define B33(T) B32(T) 
#endif
#if STRANGERS >= 34
#define B34(T) B33(T) BRINGS(T, 34)
#else
#define B34(T) B33(T) 
#endif
#if STRANGERS >= 35
#define B35(T) B34(T) BRINGS(T, 35)
#else
#define B35(T) B34(T) 
#endif
#if STRANGERS >= 36
#define B36(T) B35(T) BRINGS(T, 36)
#else
#define B36(T) B35(T) 
#endif
#if STRANGERS >= 37
#define B37(T) B36(T) BRINGS(T, 37)
#else
#define B37(T) B36(T) 
#endif
#if STRANGERS >= 38
#define B38(T) B37(T) BRINGS(T, 38)
#else
#define B38(T) B37(T) 
#endif
#if STRANGERS >= 39
#define B39(T) B38(T) BRINGS(T, 39)
#else
#define B39(T) B38(T) 
#endif
#if STRANGERS >= 40
#define B40(T) B39(T) BRINGS(T, 40)
#else
#define B40(T) B39(T) 
#endif
#if STRANGERS >= 41
#define B41(T) B40(T) BRINGS(T, 41)
#else
#define B41(T) B40(T) 
#endif
#if STRANGERS >= 42
#define B42(T) B41(T) BRINGS(T, 42)
#else
#define B42(T) B41(T) 
#endif
#if STRANGERS >= 43
#define B43(T) B42(T) BRINGS(T, 43)
#else
#define B43(T) B42(T) 
#endif
#if STRANGERS >= 44
#define B44(T) B43(T) BRINGS(T, 44)
#else
#define B44(T) B43(T) 
#endif
#if STRANGERS >= 45
#define B45(T) B44(T) BRINGS(T, 45)
#else
#define B45(T) B44(T) 
#endif
#if STRANGERS >= 46
#define B46(T) B45(T) BRINGS(T, 46)
#else
#define B46(T) B45(T) 
#endif
#if STRANGERS >= 47
#define B47(T) B46(T) BRINGS(T, 47)
#else
#define B47(T) B46(T) 
#endif
#if STRANGERS >= 48
#define B48(T) B47(T) BRINGS(T, 48)
#else
#define B48(T) B47(T) 
#endif
#if STRANGERS >= 49
#define B49(T) B48(T) BRINGS(T, 49)
#else
#define B49(T) B48(T) 
#endif
#if STRANGERS >= 50
#define B50(T) B49(T) BRINGS(T, 50)
#else
#define B50(T) B49(T) 
#endif
#if STRANGERS >= 51
#define B51(T) B50(T) BRINGS(T, 51)
#else
#define B51(T) B50(T) 
#endif
#if STRANGERS >= 52
#define B52(T) B51(T) BRINGS(T, 52)
#else
#define B52(T) B51(T) 
#endif
#if STRANGERS >= 53
#define B53(T) B52(T) BRINGS(T, 53)
#else
#define B53(T) B52(T) 
#endif
#if STRANGERS >= 54
#define B54(T) B53(T) BRINGS(T, 54)
#else
#define B54(T) B53(T) 
#endif
#if STRANGERS >= 55
#define B55(T) B54(T) BRINGS(T, 55)
#else
#define B55(T) B54(T) 
#endif
#if STRANGERS >= 56
#define B56(T) B55(T) BRINGS(T, 56)
#else
#define B56(T) B55(T) 
#endif
#if STRANGERS >= 57
#define B57(T) B56(T) BRINGS(T, 57)
#else
#define B57(T) B56(T) 
#endif
#if STRANGERS >= 58
#define B58(T) B57(T) BRINGS(T, 58)
#else
#define B58(T) B57(T) 
#endif
#if STRANGERS >= 59
#define B59(T) B58(T) BRINGS(T, 59)
#else
#define B59(T) B58(T) 
#endif
#if STRANGERS >= 60
#define B60(T) B59(T) BRINGS(T, 60)
#else
#define B60(T) B59(T) 
#endif
#if STRANGERS >= 61
#define B61(T) B60(T) BRINGS(T, 61)
#else
#define B61(T) B60(T) 
#endif
#if STRANGERS >= 62
#define B62(T) B61(T) BRINGS(T, 62)
#else
#define B62(T) B61(T) 
#endif
#if STRANGERS >= 63
#define B63(T) B62(T) BRINGS(T, 63)
#else
#define B63(T) B62(T) 
#endif
#if STRANGERS >= 64
#define B64(T) B63(T) BRINGS(T, 64)
#else
#define B64(T) B63(T) 
#endif
#if STRANGERS >= 65
#define B65(T) B64(T) BRINGS(T, 65)
#else
#define B65(T) B64(T) 
#endif
#if STRANGERS >= 66
#define B66(T) B65(T) BRINGS(T, 66)
#else
#define B66(T) B65(T) 
#endif
#if STRANGERS >= 67
#define B67(T) B66(T) BRINGS(T, 67)
#else
#define B67(T) B66(T) 
#endif
#if STRANGERS >= 68
#define B68(T) B67(T) BRINGS(T, 68)
#else
#define B68(T) B67(T) 
#endif
#if STRANGERS >= 69
#define B69(T) B68(T) BRINGS(T, 69)
#else
#define B69(T) B68(T) 
#endif
#if STRANGERS >= 70
#define B70(T) B69(T) BRINGS(T, 70)
#else
#define B70(T) B69(T) 
#endif
#if STRANGERS >= 71
#define B71(T) B70(T) BRINGS(T, 71)
#else
#define B71(T) B70(T) 
#endif
#if STRANGERS >= 72
#define B72(T) B71(T) BRINGS(T, 72)
#else
#define B72(T) B71(T) 
#endif
#define SERVER_CHOICES B72(SERVER_TAKES)
#define MACHINE_CHOICES B72(MACHINE_TAKES)

#if FIRST_CALM > 1
#define W1(T) T(1)
#else
#define W1(T) 
#endif
#if FIRST_CALM > 2
#define W2(T) W1(T) T(2)
#else
#define W2(T) W1(T) 
#endif
#if FIRST_CALM > 3
#define W3(T) W2(T) T(3)
#else
#define W3(T) W2(T) 
#endif
#if FIRST_CALM > 4
#define W4(T) W3(T) T(4)
#else
#define W4(T) W3(T) 
#endif
#if FIRST_CALM > 5
#define W5(T) W4(T) T(5)
#else
#define W5(T) W4(T) 
#endif
#if FIRST_CALM > 6
#define W6(T) W5(T) T(6)
#else
#define W6(T) W5(T) 
#endif
#if FIRST_CALM > 7
#define W7(T) W6(T) T(7)
#else
#define W7(T) W6(T) 
#endif
#if FIRST_CALM > 8
#define W8(T) W7(T) T(8)
#else
#define W8(T) W7(T) 
#endif
#define SERVER_WAITING W8(SERVER_WAITS)
#define MACHINE_WAITING W8(MACHINE_WAITS)
