/* The program of docs/snippets/flash.c on a small machine, or on this one: prints the outputs for 32 inputs
   as bits, so that printing them rounds nothing. Built and run by tests/device.sh. */
#define TESTED_AS_PART
#include "../docs/snippets/flash.c"
#include "weights.h"        /* as docs/snippets/store.c printed it */
#include <stdio.h>

#ifdef __ARM_ARCH_PROFILE       /* 'M': where the processor begins; QEMU's host prints */
void _start(void);
static void reset(void)
{
#ifdef __ARM_FP
    *(volatile uint32_t *)0xE000ED88 |= 0xF << 20;      /* switch the floating-point unit on */
#endif
    _start();
}
__attribute__((section(".vectors"))) void *const vectors[2] = { (void *)0x20004000, (void *)reset };
#endif

#ifdef __AVR__
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/interrupt.h>
static int put(char c, FILE *file)
{
    (void)file;
    while (!(UCSR0A & 1 << UDRE0)) {}
    UDR0 = (unsigned char)c;
    return 0;
}
static FILE serial = FDEV_SETUP_STREAM(put, NULL, _FDEV_SETUP_WRITE);
#endif

int main(void)
{
    wi_net net;
#ifdef __AVR__
    UCSR0B = 1 << TXEN0;
    stdout = &serial;
#endif
    int ok = start(&net);
    for (int i = 0; ok && i < 32; i++) {
        wi_real y = answer(&net, (wi_real)i / 16 - 1);
        uint32_t bits;
        memcpy(&bits, &y, sizeof bits);
        printf("%08lx\n", (unsigned long)bits);
    }
    printf(ok ? "end\n" : "the network was refused\n");
#ifdef __AVR__
    cli();
    sleep_mode();       /* without interrupts: the simulator's sign to stop */
#endif
    return !ok;
}
