// The same in Rust: bindgen winit.h -o winit.rs; rustc main.rs -L . -l winit -l m
#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals, improper_ctypes)]
mod winit {
    include!("winit.rs");
}

fn main() {
    let mut weights = vec![0f32; 300 * 784];
    let (status, stats) = unsafe {
        let mut rng = winit::wi_rng_make(1);
        let status = winit::wi_fill(weights.as_mut_ptr(), winit::wi_dense(784, 300), winit::wi_he_normal(), &mut rng);
        (status, winit::wi_stats_of(weights.as_ptr(), weights.len() as _))
    };
    assert_eq!(status, winit::wi_status_WI_OK, "wi_fill refused");
    println!("{:.9}", stats.std);
}
