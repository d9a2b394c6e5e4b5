//! The equations of a network on tapes.

use brainmass_core::tape::{Tape, Traced};
use brainmass_core::{Array, Dual, Node};

use super::Settings;
use crate::Integrator;
use crate::integrator::{Region, RegionParameters, StepSizes};

/// One step of one region by an integrator: parameters, states, inputs and kicks go in, states come out. That negligible numbers become zero is
/// left out.
pub(super) fn step_tape<N: Node>(
    node: &N,
    settings: &Settings,
    integrator: Integrator,
    noisy: &[usize],
) -> Tape {
    let (p, s, u) = (N::PARAMETERS.len(), N::STATE.len(), N::INPUT.len());
    let sizes = StepSizes::<Traced>::new(settings.dt.value_unsafe, 0.0);
    Tape::record(p + s + u + noisy.len(), |x| {
        let mut noise = N::State::<Traced>::from_fn(|_| Traced::Constant(0.0));
        for (k, state) in noisy.iter().enumerate() {
            noise.as_mut()[*state] = x[p + s + u + k];
        }
        let region = Region::<N, Traced> {
            parameters: RegionParameters::of(
                node.with(&mut |k, _| x[k]),
                node.with(&mut |k, _| Dual::constant(x[k])),
            ),
            input: N::Input::from_fn(|k| x[p + s + k]),
            noise,
            steps: &sizes,
        };
        integrator.step(&region, &N::State::from_fn(|k| x[p + k])).as_ref().to_vec()
    })
}

/// An output of one region: parameters and states go in.
pub(super) fn output_tape<N: Node>(node: &N, index: usize) -> Tape {
    let p = N::PARAMETERS.len();
    Tape::record(p + N::STATE.len(), |x| {
        let parameters = node.with(&mut |k, _| x[k]);
        vec![N::output(&parameters, &N::State::from_fn(|k| x[p + k])).as_ref()[index]]
    })
}
