//! What the processor can do at most: multiplications and additions in registers.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use brainmass_core::{CpuLevel, Kernel, Lanes, Real};

use super::measure::{Stopwatch, clocked};
use crate::Result;

/// Chains that are in flight at once: enough to hide the latency of two operations, and no more than there are
/// registers for.
const CHAINS: usize = 12;
const ROUNDS: usize = 10_000;

/// Rates of one scalar, GFLOP/s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peaks {
    /// Fused multiply-adds, counted as two, as the compiler makes them for this processor.
    pub(super) fused: f64,
    /// A multiplication and an addition, each rounded: what the engine allows itself.
    pub(super) separate: f64,
}

/// The rates of double and of single precision.
pub(super) fn measure(stopwatch: &mut Stopwatch) -> Result<[Peaks; 2]> {
    let [fused_64, fused_32] = fused()?;
    let wide = CpuLevel::best() == CpuLevel::Avx512;
    let separate_64 = if wide {
        separate::<f64, 8>(stopwatch, "peak f64")?
    } else {
        separate::<f64, 4>(stopwatch, "peak f64")?
    };
    let separate_32 = if wide {
        separate::<f32, 16>(stopwatch, "peak f32")?
    } else {
        separate::<f32, 8>(stopwatch, "peak f32")?
    };
    Ok([Peaks { fused: fused_64, separate: separate_64 }, Peaks { fused: fused_32, separate: separate_32 }])
}

/// `x ← x a + b` in several chains.
struct Chains<'a, T, const L: usize>(&'a mut [Lanes<T, L>; CHAINS], [Lanes<T, L>; 2]);

impl<T: Real<Mask = bool>, const L: usize> Kernel for Chains<'_, T, L> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self(kept, [factor, term]) = self;
        // Twelve names, not a loop over twelve: the compiler would keep wide chains in memory.
        macro_rules! rounds {
            ($($chain:ident)*) => {
                let [$(mut $chain),*] = *kept;
                for _ in 0..ROUNDS {
                    $($chain = $chain * factor + term;)*
                }
                *kept = [$($chain),*];
            };
        }
        rounds!(a b c d e f g h i j k l);
    }
}

fn separate<T: Real<Mask = bool>, const L: usize>(stopwatch: &mut Stopwatch, name: &str) -> Result<f64> {
    let number = |x: f64| Lanes([T::from_f64(x); L]);
    let mut chains = [number(1.0); CHAINS];
    let factors = black_box([number(0.999), number(0.001)]);
    let nanoseconds = stopwatch.nanoseconds(name, || {
        Ok(clocked(10, || CpuLevel::best().run(Chains(black_box(&mut chains), factors))))
    })?;
    Ok((2 * L * CHAINS * ROUNDS) as f64 / nanoseconds)
}

/// The program of `fma.rs`, compiled for this very processor: the workspace itself never fuses, and code for
/// other processors cannot be entered without `unsafe`.
fn fused() -> Result<[f64; 2]> {
    let folder = tempfile::tempdir()?;
    let [source, program] = ["fma.rs", "fma"].map(|name| folder.path().join(name));
    std::fs::write(&source, include_str!("fma.rs"))?;
    compile(&source, &program)?;
    let output = Command::new(&program).output()?;
    let said = String::from_utf8(output.stdout)?;
    let rates: Vec<f64> = said.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    rates.try_into().map_err(|_| format!("`fma.rs` says `{said}`").into())
}

fn compile(source: &Path, program: &Path) -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition", "2024", "-C", "opt-level=3", "-C", "target-cpu=native", "-o"]);
    let status = command.arg(program).arg(source).status()?;
    if status.success() { Ok(()) } else { Err("`fma.rs` does not compile".into()) }
}
