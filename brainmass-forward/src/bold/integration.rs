//! Steps of the Balloon–Windkessel equations, for chunks of regions and for any scalar.

use brainmass_core::{Kernel, Node, Parameterized, Real};

use super::haemodynamics::Haemodynamics;

/// How many regions are stepped together.
pub(super) const LANES: usize = 16;

/// The same quantity of [`LANES`] regions.
pub(super) type Chunk = [f64; LANES];

/// How many parameters there are: those of [`Haemodynamics`] and the efficacy.
pub(super) const N_PARAMETERS: usize = Haemodynamics::PARAMETERS.len() + 1;

/// One step of Heun's method, the explicit trapezoid, with the source held: the parameters, the efficacy last.
#[inline(always)]
pub(super) fn heun<T: Real>(parameters: &[T; N_PARAMETERS], state: &[T; 4], source: T, step: f64) -> [T; 4] {
    let haemodynamics = Haemodynamics::default().with(&mut |index, _| parameters[index]);
    let drive = parameters[N_PARAMETERS - 1] * source;
    let step = T::from_f64(step);
    let begin = Haemodynamics::derivative::<T>(&haemodynamics, state, &[drive]);
    let mut guess = *state;
    for k in 0..4 {
        guess[k] += step * begin[k];
    }
    let end = Haemodynamics::derivative::<T>(&haemodynamics, &guess, &[drive]);
    let mut next = *state;
    for k in 0..4 {
        next[k] += T::from_f64(0.5) * step * (begin[k] + end[k]);
    }
    next
}

/// BOLD of a state.
#[inline(always)]
pub(super) fn bold<T: Real>(parameters: &[T; N_PARAMETERS], state: &[T; 4]) -> T {
    let haemodynamics = Haemodynamics::default().with(&mut |index, _| parameters[index]);
    Haemodynamics::output::<T>(&haemodynamics, state)[0]
}

/// One step of chunks of regions; whether all of them have stayed within their domain.
pub(super) struct Step<'a> {
    pub(super) parameters: &'a [[Chunk; N_PARAMETERS]],
    pub(super) states: &'a mut [[Chunk; 4]],
    pub(super) sources: &'a [Chunk],
    pub(super) seconds: f64,
}

impl Kernel for Step<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut outside = 0_u32;
        for ((parameters, states), sources) in self.parameters.iter().zip(self.states).zip(self.sources) {
            for lane in 0..LANES {
                let next = heun(&at(parameters, lane), &at(states, lane), sources[lane], self.seconds);
                for k in 0..4 {
                    states[k][lane] = next[k];
                }
            }
            for lane in 0..LANES {
                let [s, f, v, q] = at(states, lane);
                // A sum is finite only where all its terms are.
                let inside = (s + f + v + q).abs() < f64::INFINITY && f > 0.0 && v > 0.0;
                outside |= u32::from(!inside);
            }
        }
        outside == 0
    }
}

/// The numbers of one region.
#[inline(always)]
pub(super) fn at<const N: usize>(chunks: &[Chunk; N], lane: usize) -> [f64; N] {
    let mut numbers = [0.0; N];
    for k in 0..N {
        numbers[k] = chunks[k][lane];
    }
    numbers
}

/// The first variable that has left its domain: not finite, or flow or volume not above zero.
pub(super) fn outside(state: &[f64; 4]) -> Option<usize> {
    let [_, f, v, _] = *state;
    if let Some(bad) = state.iter().position(|value| !value.is_finite()) {
        return Some(bad);
    }
    if f <= 0.0 {
        Some(1)
    } else if v <= 0.0 {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_datasets::Npz;

    /// The library's trajectories by its RK2, which is Heun's method, from rest, from ones and from random states.
    #[test]
    fn states_are_those_of_the_reference_vectors() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/reference/forward/balloon_windkessel.npz");
        let data = Npz::open(path.as_ref()).unwrap();
        let mut parameters = [1.0; N_PARAMETERS];
        let values = brainmass_core::parameter_values(&Haemodynamics::friston_2003());
        parameters[..N_PARAMETERS - 1].copy_from_slice(&values);
        for (case, step) in [(0, 0.01), (1, 0.01), (2, 0.05), (3, 0.05)] {
            let array =
                |name: &str| data.array(&format!("c{case}_{name}")).unwrap().values().unwrap().to_vec();
            let (drive, rows, states, expected_bold) =
                (array("z"), array("rows"), array("states_rk2"), array("bold_friston2003"));
            for region in 0..3 {
                let mut state: [f64; 4] = std::array::from_fn(|k| array("init")[3 * k + region]);
                let mut stored = 0;
                for row in 0..drive.len() / 3 {
                    state = heun(&parameters, &state, drive[3 * row + region], step);
                    if stored < rows.len() && rows[stored] == row as f64 {
                        for (k, found) in state.iter().enumerate() {
                            let expected = states[stored * 12 + 3 * k + region];
                            // Rounding that thousands of stable steps carry along.
                            approx::assert_relative_eq!(
                                *found,
                                expected,
                                max_relative = 1e-12,
                                epsilon = 1e-12
                            );
                        }
                        let found = bold(&parameters, &state);
                        approx::assert_abs_diff_eq!(
                            found,
                            expected_bold[3 * stored + region],
                            epsilon = 1e-13
                        );
                        stored += 1;
                    }
                }
                assert_eq!(stored, rows.len());
            }
        }
    }
}
