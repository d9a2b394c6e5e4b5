//! BOLD by the Balloon–Windkessel model.

use std::marker::PhantomData;
use std::ops::Sub;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::{Dimensionless, Hertz, Squared};
use brainmass_core::units::{Dimension, SI, Second};
use brainmass_core::{
    Archive, Error, Node, ObservationModel, Observer, Parameterized, Result, Sampling, check,
};

use super::haemodynamics::Haemodynamics;

/// BOLD of each channel by its own Balloon–Windkessel model, starting from rest.
///
/// The drive of [`Haemodynamics`] is the source times an efficacy ε. Each source sample is held over the step
/// that ends at its time, and the equations are integrated by Heun's method with the sources' period, or a
/// whole fraction of it ([`with_sub_steps`](Self::with_sub_steps)). A BOLD sample comes out with every source
/// sample, or every repetition time. Zero at rest.
///
/// DIFFERENCE: the Python library starts away from rest and reads q/ρ for q/v; see [`Haemodynamics`].
///
/// # Example
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms, s}, ObservationModel, TimeSeries};
/// use brainmass_forward::{BalloonWindkessel, Haemodynamics};
/// use nalgebra::DMatrix;
/// let activity = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_element(1, 6000, 1.0), ms(10.0), ms(10.0))?;
/// let balloon = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(s(2.0));
/// let bold = balloon.observe(&activity)?;
/// assert_eq!((bold.n_samples(), bold.start()), (30, s(2.0)));
/// // The closed-form steady state for a drive of one.
/// approx::assert_abs_diff_eq!(bold.values()[(0, 29)], 0.045_899_4, epsilon = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "BOLDSignal")]
pub struct BalloonWindkessel<U> {
    parameters: Haemodynamics,
    efficacy: f64,
    repetition_time: Option<Second>,
    sub_steps: usize,
    unit: PhantomData<U>,
}

impl<U: Dimension> BalloonWindkessel<U> {
    /// A model with these parameters and an efficacy of one per second squared and unit of the source.
    pub fn new(parameters: Haemodynamics) -> Self {
        Self { parameters, efficacy: 1.0, repetition_time: None, sub_steps: 1, unit: PhantomData }
    }

    /// The same with another efficacy ε: the drive per unit of the source.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a quantity is one number")]
    pub fn with_efficacy<E>(mut self, efficacy: SI<f64, E>) -> Self
    where
        Squared<Hertz>: Sub<U, Output = E>,
    {
        self.efficacy = efficacy.value_unsafe;
        self
    }

    /// The same with a sample every repetition time, a multiple of the sources' period.
    #[must_use]
    pub fn with_repetition_time(mut self, repetition_time: Second) -> Self {
        self.repetition_time = Some(repetition_time);
        self
    }

    /// The same with several integration steps per source sample.
    #[must_use]
    pub fn with_sub_steps(mut self, sub_steps: usize) -> Self {
        self.sub_steps = sub_steps;
        self
    }

    fn check(&self) -> Result<()> {
        let values = brainmass_core::parameter_values(&self.parameters);
        for (parameter, value) in Haemodynamics::PARAMETERS.iter().zip(values) {
            let (low, high) = parameter.range;
            if !(low..=high).contains(&value) {
                let requirement = format!("between {low} and {high}");
                let what = format!("{} of the Balloon–Windkessel model", parameter.name);
                return Err(check::out_of_range(&what, value, parameter.unit, &requirement));
            }
        }
        if !self.efficacy.is_finite() {
            let (what, place) = ("Balloon–Windkessel model".to_owned(), "efficacy".to_owned());
            return Err(Error::NotFinite { what, place, value: self.efficacy });
        }
        if self.sub_steps == 0 {
            return Err(Error::setting(
                "sub-steps of the Balloon–Windkessel model",
                "at least 1 is needed, found 0",
            ));
        }
        Ok(())
    }
}

impl<U: Dimension> ObservationModel for BalloonWindkessel<U> {
    type Input = U;
    type Output = Dimensionless;
    type Observer = BalloonObserver;

    fn observer(&self, sources: &Sampling) -> Result<BalloonObserver> {
        self.check()?;
        let repetition_time = self.repetition_time.unwrap_or(sources.period());
        check::positive("repetition time", repetition_time)?;
        let every =
            check::steps("repetition time", repetition_time, "the sources' period", sources.period())?;
        let start = sources.start() - sources.period() + repetition_time;
        Ok(BalloonObserver {
            sampling: Sampling::new(sources.channels().clone(), repetition_time, start)?,
            parameters: self.parameters,
            efficacy: self.efficacy,
            sub_steps: self.sub_steps,
            sources: sources.clone(),
            every,
            states: vec![Haemodynamics::initial(); sources.n_channels()],
            pushed: 0,
        })
    }
}

/// The state machine of [`BalloonWindkessel`]. After an error only `reset` makes it usable again.
#[derive(Clone, Debug)]
pub struct BalloonObserver {
    sampling: Sampling,
    parameters: Haemodynamics,
    efficacy: f64,
    sub_steps: usize,
    sources: Sampling,
    every: usize,
    states: Vec<[f64; 4]>,
    pushed: usize,
}

impl BalloonObserver {
    /// Goes on by one source sample.
    fn advance(&mut self, sample: &[f64]) -> Result<()> {
        let step = self.sources.period().value_unsafe / self.sub_steps as f64;
        self.pushed += 1;
        for (channel, (state, source)) in self.states.iter_mut().zip(sample).enumerate() {
            for _ in 0..self.sub_steps {
                *state = heun(&self.parameters, state, self.efficacy * source, step);
                if let Some(bad) = outside(state) {
                    return Err(Error::Diverged {
                        step: self.pushed,
                        time: (self.sources.start() + self.sources.period() * (self.pushed as f64 - 1.0))
                            .value_unsafe,
                        region: self.sources.channels()[channel].clone(),
                        variable: Haemodynamics::STATE[bad].name.to_owned(),
                        value: state[bad],
                    });
                }
            }
        }
        Ok(())
    }
}

/// One step of Heun's method, the explicit trapezoid, with the drive held.
fn heun(parameters: &Haemodynamics, state: &[f64; 4], drive: f64, step: f64) -> [f64; 4] {
    let begin = Haemodynamics::derivative::<f64>(parameters, state, &[drive]);
    let guess = std::array::from_fn(|k| state[k] + step * begin[k]);
    let end = Haemodynamics::derivative::<f64>(parameters, &guess, &[drive]);
    std::array::from_fn(|k| state[k] + 0.5 * step * (begin[k] + end[k]))
}

/// The first variable that has left its domain: not finite, or flow or volume not above zero.
fn outside(state: &[f64; 4]) -> Option<usize> {
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

impl Observer for BalloonObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        check_block(sources, self.states.len())?;
        for sample in sources.chunks_exact(self.states.len()) {
            self.advance(sample)?;
            if self.pushed.is_multiple_of(self.every) {
                let bold = |state| Haemodynamics::output::<f64>(&self.parameters, state)[0];
                channels.extend(self.states.iter().map(bold));
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.states.fill(Haemodynamics::initial());
        self.pushed = 0;
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(self.states.as_flattened_mut())?;
        archive.count(&mut self.pushed)
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
        let parameters = Haemodynamics::friston_2003();
        for (case, step) in [(0, 0.01), (1, 0.01), (2, 0.05), (3, 0.05)] {
            let array =
                |name: &str| data.array(&format!("c{case}_{name}")).unwrap().values().unwrap().to_vec();
            let (drive, rows, states, bold) =
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
                        let [found] = Haemodynamics::output::<f64>(&parameters, &state);
                        approx::assert_abs_diff_eq!(found, bold[3 * stored + region], epsilon = 1e-13);
                        stored += 1;
                    }
                }
                assert_eq!(stored, rows.len());
            }
        }
    }
}
