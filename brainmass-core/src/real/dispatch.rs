//! The same code under the vector instructions that the CPU has, found when the program runs.

/// A piece of work to be compiled once per [`CpuLevel`].
///
/// `run`, and every function it calls in its loops, must be `#[inline(always)]`, and no closure may stand
/// there: what is not inlined runs without the CPU's features, several times slower. It gives the same bits.
pub trait Kernel {
    /// What the work returns.
    type Output;
    /// Does the work.
    fn run(self) -> Self::Output;
}

/// A set of vector instructions.
///
/// Results do not depend on it: every operation is rounded by itself, and multiply and add are never fused.
///
/// ```
/// use brainmass_core::{CpuLevel, Kernel, Lanes, Real};
/// struct Rates<'a>(&'a mut [Lanes<f64, 16>]);
/// impl Kernel for Rates<'_> {
///     type Output = ();
///     #[inline(always)]
///     fn run(self) {
///         for potentials in self.0 {
///             *potentials = potentials.sigmoid();
///         }
///     }
/// }
/// let mut potentials = [Lanes([0.0; 16]); 4];
/// CpuLevel::best().run(Rates(&mut potentials));
/// assert_eq!(potentials[3].0[15], 0.5);
/// ```
#[doc(alias = "SIMD")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CpuLevel {
    /// What every CPU of the target has: SSE2 on x86-64, NEON on 64-bit ARM.
    Baseline,
    /// AVX2: four `f64` at once.
    Avx2,
    /// AVX-512 with its F, DQ and VL parts: eight `f64` at once. Builds with debug assertions run AVX2 code here.
    Avx512,
}

impl CpuLevel {
    /// The most capable level of this CPU.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            return if wide { Self::Avx512 } else { Self::Avx2 };
        }
        Self::Baseline
    }

    /// The levels of this CPU, from the least capable on.
    pub fn available() -> impl Iterator<Item = Self> {
        let best = Self::best();
        [Self::Baseline, Self::Avx2, Self::Avx512].into_iter().filter(move |&level| level <= best)
    }

    /// Runs a kernel at this level, or at the best level of this CPU if that is lower.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(unsafe_code, reason = "the way to enter code for detected features")
    )]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.min(Self::best()) {
            // SAFETY: `best` has found the features of this level.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { run_avx2(kernel) },
            // SAFETY: likewise; a CPU with AVX-512 has AVX2. It saves a build for tests a third of its time.
            #[cfg(all(target_arch = "x86_64", debug_assertions))]
            Self::Avx512 => unsafe { run_avx2(kernel) },
            // SAFETY: likewise.
            #[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
            Self::Avx512 => unsafe { run_avx512(kernel) },
            _ => kernel.run(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    align_frame();
    kernel.run()
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx2,avx512f,avx512dq,avx512vl")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    align_frame();
    kernel.run()
}

/// Makes the frame of the function it is inlined into begin at a line of the cache. Vectors that do not fit into registers
/// would else be kept across two lines, or not, as the stack happens to stand: a step of nodes took 5 to 9 % longer.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn align_frame() {
    #[repr(align(64))]
    struct Line([std::mem::MaybeUninit<u8>; 64]);
    let line = Line([std::mem::MaybeUninit::uninit(); 64]);
    std::hint::black_box(&line.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lanes, Real};

    /// A Wilson–Cowan step, then every elementary function.
    #[inline(always)]
    fn step<T: Real>([e, i]: [T; 2]) -> [T; 2] {
        let number = T::from_f64;
        let rate_e = (number(1.3) * (number(12.0) * e - number(4.0) * i - number(1.5))).sigmoid();
        let rate_i = (number(2.0) * (number(13.0) * e - number(11.0) * i - number(3.7))).sigmoid();
        let e = e + number(0.1) * ((T::one() - e) * rate_e - e);
        let i = i + number(0.1) * ((T::one() - i) * rate_i - i);
        let kick = e.sin() + i.cos() + (e - i).tanh() + i.abs().powf(e) + (e * e).ln() + e.exp_ratio();
        [e, (i + number(0.01) * kick).clamp(-1.0, 1.0)]
    }

    struct Steps<'a, T>(&'a mut [[T; 2]]);

    impl<T: Real> Kernel for Steps<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run(self) {
            for state in self.0 {
                for _ in 0..50 {
                    *state = step(*state);
                }
            }
        }
    }

    fn start(region: usize) -> [f64; 2] {
        let x = region as f64;
        [(0.37 * x).fract(), (0.61 * x).fract()]
    }

    #[test]
    fn every_level_gives_the_bits_of_one_number() {
        let mut alone: Vec<_> = (0..48).map(start).collect();
        Steps(&mut alone).run();
        assert!(alone.iter().flatten().all(|x| x.is_finite()));
        for level in CpuLevel::available() {
            let variable = |block: usize, v: usize| Lanes(std::array::from_fn(|k| start(16 * block + k)[v]));
            let mut lanes: Vec<[Lanes<f64, 16>; 2]> =
                (0..3).map(|block| [variable(block, 0), variable(block, 1)]).collect();
            level.run(Steps(&mut lanes));
            for (region, expected) in alone.iter().enumerate() {
                let [e, i] = lanes[region / 16];
                let found = [e.0[region % 16], i.0[region % 16]];
                assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{level:?}, region {region}");
            }
        }
    }

    #[test]
    fn a_level_that_is_missing_runs_as_the_best_there_is() {
        let mut state = [start(5)];
        CpuLevel::Avx512.run(Steps(&mut state));
        let mut expected = [start(5)];
        Steps(&mut expected).run();
        assert_eq!(state, expected);
        assert_eq!(CpuLevel::available().last(), Some(CpuLevel::best()));
    }
}
