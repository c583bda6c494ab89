// The same by cgo, with winit.h beside it: go run main.go
package main

// #cgo LDFLAGS: -lm
// #define WINIT_STATIC
// #include "winit.h"
import "C"
import "fmt"

func main() {
	weights := make([]C.float, 300*784)
	rng := C.wi_rng_make(1)
	if C.wi_fill(&weights[0], C.wi_dense(784, 300), C.wi_he_normal(), &rng) != C.WI_OK {
		panic("wi_fill refused")
	}
	fmt.Printf("%.9f\n", float64(C.wi_stats_of(&weights[0], C.size_t(len(weights))).std))
}
