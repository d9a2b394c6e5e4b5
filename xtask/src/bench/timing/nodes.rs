//! The nodes alone: an Euler step in lanes against one number at a time with the system's exponential.

use brainmass_core::{CpuLevel, Kernel, Lanes, Node, Parameterized, Real};
use brainmass_nodes::WilsonCowan;
use serde_json::json;

use super::super::report::{Report, Table, digits, times};
use super::super::workload::{DRIVE, dt};
use super::measure::{Stopwatch, clocked};
use crate::Result;

const LANES: usize = 16;
const REGIONS: usize = 63 * LANES;
const STEPS: usize = 200;

/// Adds the times of a region-step.
pub(super) fn add(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
    let lanes = [in_lanes::<f64>(stopwatch, "node f64")?, in_lanes::<f32>(stopwatch, "node f32")?];
    let alone = one_by_one(stopwatch)?;
    let text = "An Euler step of Wilson–Cowan alone: 16 lanes and our own exponential against one number at a time \
                and that of the system's library.";
    let mut table = Table::new("Node", text, &["run", "ns per region-step", "against the system's"]);
    let rows = [("f64, system's library", alone), ("f64, lanes", lanes[0]), ("f32, lanes", lanes[1])];
    for (name, nanoseconds) in rows {
        table.row(vec![name.to_owned(), digits(nanoseconds), times(alone / nanoseconds)]);
    }
    let figures = json!({ "system_f64_ns": alone, "lanes_f64_ns": lanes[0], "lanes_f32_ns": lanes[1] });
    report.add("node", &table, figures);
    Ok(())
}

struct Steps<'a, T: Real<Mask = bool>, const L: usize> {
    node: &'a WilsonCowan,
    states: &'a mut [[Lanes<T, L>; 2]],
}

impl<T: Real<Mask = bool>, const L: usize> Kernel for Steps<'_, T, L> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let parameters = self.node.with(&mut |_, value| Lanes([T::from_f64(value); L]));
        let dt = Lanes([T::from_f64(dt().value_unsafe); L]);
        let input = [Lanes([T::from_f64(DRIVE); L]), Lanes([T::zero(); L])];
        for state in self.states {
            let slope = WilsonCowan::derivative(&parameters, state, &input);
            *state = [state[0] + dt * slope[0], state[1] + dt * slope[1]];
        }
    }
}

fn start(region: usize) -> f64 {
    0.5 * region as f64 / REGIONS as f64
}

fn in_lanes<T: Real<Mask = bool>>(stopwatch: &mut Stopwatch, name: &str) -> Result<f64> {
    let node = &std::hint::black_box(WilsonCowan::default());
    let block =
        |block: usize| [Lanes::<T, LANES>(std::array::from_fn(|k| T::from_f64(start(LANES * block + k)))); 2];
    let mut states: Vec<_> = (0..REGIONS / LANES).map(block).collect();
    let per_step = stopwatch.nanoseconds(name, || {
        Ok(clocked(STEPS, || CpuLevel::best().run(Steps { node, states: &mut states })))
    })?;
    std::hint::black_box(&states);
    Ok(per_step / REGIONS as f64)
}

/// The default node with the exponential of the system's library; `rest` is what no input gives.
struct Alone {
    node: WilsonCowan,
    rest: [f64; 2],
}

impl Alone {
    fn new() -> Self {
        let node = std::hint::black_box(WilsonCowan::default());
        Self { rest: [logistic(0.0, node.a_e, node.theta_e), logistic(0.0, node.a_i, node.theta_i)], node }
    }

    fn derivative(&self, [e, i]: [f64; 2], input: f64) -> [f64; 2] {
        let node = &self.node;
        let f_e = logistic(node.w_ee * e - node.w_ei * i + input, node.a_e, node.theta_e) - self.rest[0];
        let f_i = logistic(node.w_ie * e - node.w_ii * i, node.a_i, node.theta_i) - self.rest[1];
        [
            (-e + (node.k_e - node.r * e) * f_e) / node.tau_e.value_unsafe,
            (-i + (node.k_i - node.r * i) * f_i) / node.tau_i.value_unsafe,
        ]
    }
}

fn logistic(x: f64, slope: f64, threshold: f64) -> f64 {
    1.0 / (1.0 + f64::exp(-slope * (x - threshold)))
}

fn one_by_one(stopwatch: &mut Stopwatch) -> Result<f64> {
    let alone = Alone::new();
    let mut states: Vec<[f64; 2]> = (0..REGIONS).map(|region| [start(region); 2]).collect();
    let dt = dt().value_unsafe;
    let mut step = || {
        for state in &mut states {
            let slope = alone.derivative(*state, DRIVE);
            *state = [state[0] + dt * slope[0], state[1] + dt * slope[1]];
        }
    };
    let per_step = stopwatch.nanoseconds("node f64 alone", || Ok(clocked(STEPS, &mut step)))?;
    std::hint::black_box(&states);
    Ok(per_step / REGIONS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_yardstick_computes_the_derivative_of_the_node() {
        let node = WilsonCowan::default();
        for state in [[0.0, 0.0], [0.3, 0.2], [0.7, 0.1]] {
            let expected = WilsonCowan::derivative(&node.with(&mut |_, x| x), &state, &[DRIVE, 0.0]);
            let found = Alone::new().derivative(state, DRIVE);
            // Slopes are up to 1000 per second; two exponentials differ by 2 ulp.
            assert!((0..2).all(|k| (found[k] - expected[k]).abs() < 1e-11), "{found:?} {expected:?}");
        }
    }
}
