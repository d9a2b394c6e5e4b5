//! A program of its own: prints the rates of fused multiply-adds in f64 and f32, GFLOP/s. See `peaks.rs`.

use std::hint::black_box;
use std::time::Instant;

const CHAINS: usize = 12;
const ROUNDS: usize = 100_000;
const REPEATS: usize = 100;

macro_rules! rate {
    ($scalar:ty, $lanes:expr; $($chain:ident)*) => {{
        const LANES: usize = $lanes;
        #[inline(never)]
        fn run(kept: &mut [[$scalar; LANES]; CHAINS], a: [$scalar; LANES], b: [$scalar; LANES]) {
            // Twelve names, not a loop over twelve: the compiler would keep wide chains in memory.
            let [$(mut $chain),*] = *kept;
            for _ in 0..ROUNDS {
                $(for k in 0..LANES {
                    $chain[k] = $chain[k].mul_add(a[k], b[k]);
                })*
            }
            *kept = [$($chain),*];
        }
        let mut chains = black_box([[1.0; LANES]; CHAINS]);
        let factors = black_box([[0.999; LANES], [0.001; LANES]]);
        let mut least = f64::INFINITY;
        for _ in 0..REPEATS {
            let since = Instant::now();
            run(black_box(&mut chains), factors[0], factors[1]);
            least = least.min(since.elapsed().as_secs_f64());
        }
        (2 * LANES * CHAINS * ROUNDS) as f64 / least / 1e9
    }};
}

fn main() {
    let wide = cfg!(target_feature = "avx512f");
    let f64_rate = if wide { rate!(f64, 8; c d e f g h i j k l m n) } else { rate!(f64, 4; c d e f g h i j k l m n) };
    let f32_rate = if wide { rate!(f32, 16; c d e f g h i j k l m n) } else { rate!(f32, 8; c d e f g h i j k l m n) };
    println!("{f64_rate} {f32_rate}");
}
