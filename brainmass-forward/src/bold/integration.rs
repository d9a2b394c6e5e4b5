//! Steps of the Balloon–Windkessel equations, for chunks of regions and for any scalar.

use brainmass_core::{Dual, Kernel, Node, Parameterized, Real};

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

/// A step that keeps flow, volume and deoxyhaemoglobin above zero whatever the drive, of second order like Heun's.
///
/// Signal and flow by Heun's method, the flow kept within its bounds. Then volume and deoxyhaemoglobin by exponential
/// Rosenbrock steps with what they depend on in the middle of the step: these approach where the equation leads
/// without passing it. Steps in the logarithms would keep the signs too, but where flow is large they are stiff.
#[inline(always)]
pub(super) fn positive<T: Real>(
    parameters: &[T; N_PARAMETERS],
    state: &[T; 4],
    source: T,
    step: f64,
) -> [T; 4] {
    let (haemodynamics, number) =
        (Haemodynamics::default().with(&mut |index, _| parameters[index]), T::from_f64);
    let drive = (parameters[N_PARAMETERS - 1] * source).clamp(-MOST_DRIVE, MOST_DRIVE);
    let (h, half, [s, f, v, q]) = (number(step), number(0.5), *state);
    let begin = Haemodynamics::derivative::<T>(&haemodynamics, state, &[drive]);
    let guess = [s + h * begin[0], f + h * begin[1], v, q];
    let end = Haemodynamics::derivative::<T>(&haemodynamics, &guess, &[drive]);
    let next_s = (s + half * h * (begin[0] + end[0])).clamp(-MOST_FLOW, MOST_FLOW);
    let next_f = (f + half * h * (begin[1] + end[1])).clamp(LEAST_FLOW, MOST_FLOW);
    let mid_f = half * (f + next_f);
    let next_v = exponential::<T, 2>(parameters, [s, mid_f, v, q], h);
    let next_q = exponential::<T, 3>(parameters, [s, mid_f, half * (v + next_v), q], h);
    [next_s, next_f, next_v, next_q]
}

/// Flow relative to rest never leaves these bounds in [`positive`]; a brain is within 0.3 and 3. The signal, per second,
/// and the drive, per second squared, have bounds far beyond so that nothing overflows.
const LEAST_FLOW: f64 = 1e-3;
const MOST_FLOW: f64 = 1e6;
const MOST_DRIVE: f64 = 1e12;

/// x + h φ(h J) F for variable `K`, with its derivative F and its diagonal entry J of the Jacobian.
#[inline(always)]
fn exponential<T: Real, const K: usize>(parameters: &[T; N_PARAMETERS], state: [T; 4], h: T) -> T {
    let haemodynamics =
        Haemodynamics::default().with(&mut |index, _| Dual::<T, 1>::constant(parameters[index]));
    let mut towards = [Dual::<T, 1>::constant(T::zero()); 4];
    for k in 0..4 {
        towards[k].value = state[k];
    }
    towards[K].partials[0] = T::one();
    let slope = Haemodynamics::derivative(&haemodynamics, &towards, &[Dual::constant(T::zero())])[K];
    (state[K] + h * (h * slope.partials[0]).exp_ratio() * slope.value).max(T::from_f64(1e-12))
}

/// One step by one of the two schemes.
#[inline(always)]
pub(super) fn advance<T: Real, const POSITIVE: bool>(
    parameters: &[T; N_PARAMETERS],
    state: &[T; 4],
    source: T,
    step: f64,
) -> [T; 4] {
    if POSITIVE { positive(parameters, state, source, step) } else { heun(parameters, state, source, step) }
}

/// BOLD of a state.
#[inline(always)]
pub(super) fn bold<T: Real>(parameters: &[T; N_PARAMETERS], state: &[T; 4]) -> T {
    let haemodynamics = Haemodynamics::default().with(&mut |index, _| parameters[index]);
    Haemodynamics::output::<T>(&haemodynamics, state)[0]
}

/// One step of chunks of regions; whether all of them have stayed within their domain.
pub(super) struct Step<'a, const POSITIVE: bool> {
    pub(super) parameters: &'a [[Chunk; N_PARAMETERS]],
    pub(super) states: &'a mut [[Chunk; 4]],
    pub(super) sources: &'a [Chunk],
    pub(super) seconds: f64,
}

impl<const POSITIVE: bool> Kernel for Step<'_, POSITIVE> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut outside = 0_u32;
        for ((parameters, states), sources) in self.parameters.iter().zip(self.states).zip(self.sources) {
            for lane in 0..LANES {
                let (parameters, state) = (at(parameters, lane), at(states, lane));
                let next = advance::<f64, POSITIVE>(&parameters, &state, sources[lane], self.seconds);
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
