//! Whether a node's derivative becomes vector instructions: a measurement.

use std::hint::black_box;
use std::time::Instant;

use super::{Verdict, rule, uniform};
use crate::real::Array;
use crate::{CpuLevel, Kernel, Lanes, Node, Real};
use yardstick::Yardstick;

type Block = Lanes<f64, 16>;

const BLOCKS: u32 = 8;
/// Evaluations of a block between a load and a store.
const EVALUATIONS: u32 = 8;
const SAMPLES: usize = 41;
const ATTEMPTS: usize = 3;

/// Checks that the derivative runs as vector instructions on lanes.
///
/// A helper that is not `#[inline(always)]`, or a closure, escapes from the code that carries the CPU's features:
/// such a node gives the same numbers, several times slower. Three costs are compared, each the median of interleaved
/// samples, beside those of a node known to vectorise:
///
/// - lanes at [`CpuLevel::best`] take less than 0.75 of what one number after the other takes;
/// - of what they take at [`CpuLevel::Baseline`], they take less than the middle between the known node's part and all of it.
///
/// Each block of regions is evaluated at several states before its result is looked at: a derivative of a few operations would
/// else wait for memory, and its cost would not show.
///
/// A node fails if three attempts do. This measures the program as it is built, for some 20 ms, and belongs into benchmarks.
/// It returns `Ok` where there is nothing to measure: on a CPU without more than the baseline, and in a build where the
/// known node is not faster either, such as Rust's `dev` profile.
///
/// # Errors
/// The node's name and its costs.
pub fn vectorizes<N: Node>(node: &N) -> Verdict {
    if CpuLevel::best() == CpuLevel::Baseline {
        return Ok(());
    }
    let mut verdict = Ok(());
    for _ in 0..ATTEMPTS {
        let (mut subject, mut yardstick) = (Trial::new(node), Trial::new(&Yardstick::default()));
        for _ in 0..SAMPLES {
            subject.sample();
            yardstick.sample();
        }
        verdict = compare(N::NAME, &subject.costs, &yardstick.costs);
        if verdict.is_ok() {
            break;
        }
    }
    verdict
}

fn compare(name: &str, subject: &Costs, yardstick: &Costs) -> Verdict {
    let [of_scalar, of_baseline] = subject.parts();
    let [known_of_scalar, known_of_baseline] = yardstick.parts();
    if known_of_scalar > LARGEST_PART || known_of_baseline > LARGEST_PART {
        return Ok(());
    }
    let [scalar, baseline, best] = subject.medians();
    let found = || {
        format!(
            "{best:.1} ns per region on lanes, {baseline:.1} without the CPU's own instructions, {scalar:.1} alone; \
             is every helper of `derivative` #[inline(always)], and is there no closure in it?"
        )
    };
    rule(name, "lanes are faster than one number after the other", of_scalar < LARGEST_PART, found)?;
    let escapes = of_baseline > f64::midpoint(known_of_baseline, 1.0);
    rule(name, "lanes are faster with the CPU's own instructions", !escapes, found)
}

const LARGEST_PART: f64 = 0.75;

/// Samples of nanoseconds per region: alone, on lanes at the baseline, on lanes at the best level.
#[derive(Debug, Default)]
struct Costs(Vec<[f64; 3]>);

impl Costs {
    /// The best level's part of the scalar cost, and of the baseline's. Ratios are taken sample by sample, as the clock
    /// may change between.
    fn parts(&self) -> [f64; 2] {
        [0, 1].map(|other| median(self.0.iter().map(|sample| sample[2] / sample[other])))
    }

    fn medians(&self) -> [f64; 3] {
        [0, 1, 2].map(|which| median(self.0.iter().map(|sample| sample[which])))
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// A node's derivatives at the states of [`BLOCKS`] blocks of regions, as numbers and as lanes.
struct Trial<N: Node> {
    scalar: Derivatives<N, f64>,
    lanes: Derivatives<N, Block>,
    costs: Costs,
}

impl<N: Node> Trial<N> {
    fn new(node: &N) -> Self {
        let region = |region: u32| {
            let number = |k: usize| uniform(region, u32::try_from(k).unwrap_or(0)) - 0.5;
            let size = |k: usize| 0.1 + N::STATE[k].initial.abs();
            let state = N::State::<f64>::from_fn(|k| N::STATE[k].initial + 0.2 * size(k) * number(k));
            (N::project(state), N::Input::<f64>::from_fn(|k| number(100 + k)))
        };
        let regions: Vec<_> = (0..16 * BLOCKS).map(region).collect();
        let blocks = regions.chunks_exact(16).map(|block| {
            let state = |k: usize| Lanes(std::array::from_fn(|lane| block[lane].0.as_ref()[k]));
            let input = |k: usize| Lanes(std::array::from_fn(|lane| block[lane].1.as_ref()[k]));
            (N::State::<Block>::from_fn(state), N::Input::<Block>::from_fn(input))
        });
        let lanes =
            Derivatives { parameters: node.with(&mut |_, value| Lanes([value; 16])), at: blocks.collect() };
        let scalar = Derivatives { parameters: node.with(&mut |_, value| value), at: regions };
        Self { scalar, lanes, costs: Costs::default() }
    }

    fn sample(&mut self) {
        let baseline = CpuLevel::Baseline;
        self.costs.0.push([
            self.scalar.time::<true>(baseline),
            self.lanes.time::<false>(baseline),
            self.lanes.time::<false>(CpuLevel::best()),
        ]);
    }
}

struct Derivatives<N: Node, T: Real> {
    parameters: N::With<T>,
    at: Vec<(N::State<T>, N::Input<T>)>,
}

impl<N: Node, T: Real> Derivatives<N, T> {
    /// Nanoseconds per region of one sample.
    fn time<const ONE_BY_ONE: bool>(&self, level: CpuLevel) -> f64 {
        let start = Instant::now();
        level.run(Pass::<N, T, ONE_BY_ONE>(self));
        1e9 * start.elapsed().as_secs_f64() / f64::from(16 * BLOCKS * EVALUATIONS)
    }
}

struct Pass<'a, N: Node, T: Real, const ONE_BY_ONE: bool>(&'a Derivatives<N, T>);

impl<N: Node, T: Real, const ONE_BY_ONE: bool> Kernel for Pass<'_, N, T, ONE_BY_ONE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let step = T::from_f64(2.0_f64.powi(-40));
        let parameters = black_box(&self.0.parameters);
        for at in &self.0.at {
            let (mut state, input) = *black_box(at);
            let mut sum = state;
            for _ in 0..EVALUATIONS {
                // Hidden from the compiler, so that it does not make lanes of evaluations on its own.
                let seen = if ONE_BY_ONE { *black_box(&state) } else { state };
                let derivative = N::derivative(parameters, &seen, &input);
                for k in 0..N::STATE.len() {
                    sum.as_mut()[k] += derivative.as_ref()[k];
                    state.as_mut()[k] += step;
                }
            }
            black_box(sum);
        }
    }
}

mod yardstick {
    #![expect(unreachable_pub, unused_imports, reason = "the macro is made for nodes of other crates")]
    use crate::node;
    use crate::units::{Hertz, Number, hz};

    node! {
        /// A node that vectorises: two sigmoids, as in the model of Wilson and Cowan.
        pub struct Yardstick = "yardstick", "Two sigmoids.";
        parameters {
            /// Rate.
            rate: Hertz = hz(10.0), hz(0.0) => hz(100.0);
            /// Weight.
            weight: Number = 2.0, 0.0 => 10.0;
        }
        state {
            /// One population.
            x: Number = 0.1;
            /// The other.
            y: Number = 0.2;
        }
        input {
            /// Drive.
            drive: Number;
        }
        output {}
        derivative {
            let (f_x, f_y) = ((weight * x - y + drive).sigmoid(), (weight * y - x).sigmoid());
            [rate * (f_x - x), rate * (f_y - y)]
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(unreachable_pub, unused_imports, reason = "the macro is made for nodes of other crates")]
    use super::*;
    use crate::node;
    use crate::units::{Hertz, Number, hz};

    node! {
        /// A node whose sigmoid is not inlined.
        pub struct Escaping = "escaping", "A sigmoid behind a call.";
        parameters {
            /// Rate.
            rate: Hertz = hz(10.0), hz(0.0) => hz(100.0);
        }
        state {
            /// Activity.
            x: Number = 0.1;
        }
        input {}
        output {}
        derivative { [rate * (called(x) - x)] }
    }

    #[inline(never)]
    fn called<T: Real>(x: T) -> T {
        x.sigmoid()
    }

    node! {
        /// A node of a few operations, its square not inlined.
        pub struct EscapingSquare = "escaping_square", "A square behind a call.";
        parameters {
            /// Rate.
            rate: Hertz = hz(10.0), hz(0.0) => hz(100.0);
        }
        state {
            /// Activity.
            x: Number = 0.1;
        }
        input {}
        output {}
        derivative { [rate * (squared(x) - x)] }
    }

    #[inline(never)]
    fn squared<T: Real>(x: T) -> T {
        x * x
    }

    /// Tests without optimisation have nothing to measure.
    #[test]
    fn a_helper_that_is_called_is_named_in_an_optimised_build() {
        assert_eq!(vectorizes(&Yardstick::default()), Ok(()));
        let verdicts = [vectorizes(&Escaping::default()), vectorizes(&EscapingSquare::default())];
        if cfg!(debug_assertions) || CpuLevel::best() == CpuLevel::Baseline {
            assert_eq!(verdicts, [Ok(()), Ok(())]);
        } else {
            let named = verdicts.map(|verdict| verdict.unwrap_err().subject);
            assert_eq!(named, ["escaping", "escaping_square"]);
        }
    }

    #[test]
    fn verdicts_follow_the_costs() {
        let verdict = |subject, known| {
            compare("subject", &Costs(vec![subject; 3]), &Costs(vec![known; 3])).map_err(|broken| broken.rule)
        };
        let known = [10.0, 8.0, 4.0];
        assert_eq!(verdict([20.0, 12.0, 6.0], known), Ok(()));
        assert_eq!(
            verdict([20.0, 12.0, 11.0], known),
            Err("lanes are faster with the CPU's own instructions")
        );
        assert_eq!(
            verdict([20.0, 40.0, 18.0], known),
            Err("lanes are faster than one number after the other")
        );
        // A cheap one; a build or a CPU where the known node gains nothing.
        assert_eq!(verdict([2.0, 1.0, 0.9], known), Err("lanes are faster with the CPU's own instructions"));
        assert_eq!(verdict([20.0, 40.0, 38.0], [10.0, 21.0, 20.0]), Ok(()));
        assert_eq!(verdict([20.0, 12.0, 11.0], [10.0, 4.2, 4.0]), Ok(()));
    }

    #[test]
    fn one_sample_on_another_clock_changes_no_verdict() {
        let mut costs = Costs(vec![[20.0, 12.0, 11.9]; 5]);
        costs.0.push([20.0, 12.0, 6.0]);
        costs.0.push([40.0, 24.0, 11.9]);
        assert_eq!(costs.parts(), [11.9 / 20.0, 11.9 / 12.0]);
    }
}
