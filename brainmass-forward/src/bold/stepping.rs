//! How long the steps of the Balloon–Windkessel model are.

use brainmass_core::units::{Second, ms};
use brainmass_core::{Error, Result, Sampling, check};

use super::slices::{SliceTiming, Slices};

/// The longest step that is taken unless another is asked for.
const LONGEST: Second = ms(5.0);

/// How source samples become integration steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stepping {
    /// As many samples are averaged for a step as fit between the times of reading, up to [`LONGEST`].
    Fitting,
    /// Samples are averaged over a step of this length.
    Averaging(Second),
    /// Several steps are made per sample.
    Dividing(usize),
}

/// The steps for sources that are known.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    /// Over how long the sources are averaged: their period, or several of them.
    pub(super) window: Second,
    /// How many source samples that is.
    pub(super) samples: usize,
    /// Integration steps per window.
    pub(super) per_window: usize,
    pub(super) repetition_time: Second,
    /// Which channels are read after which window of a volume.
    pub(super) slices: Slices,
}

impl Stepping {
    /// How many steps are made of what is averaged.
    pub(super) fn per_window(self) -> usize {
        if let Self::Dividing(count) = self { count } else { 1 }
    }

    pub(super) fn of(
        self,
        sources: &Sampling,
        repetition_time: Option<Second>,
        timing: Option<&SliceTiming>,
    ) -> Result<Steps> {
        let (period, per_window) = (sources.period(), self.per_window());
        if per_window == 0 {
            let problem = "at least 1 is needed, found 0";
            return Err(Error::setting("sub-steps of the Balloon–Windkessel model", problem));
        }
        let (name, step) = match self {
            Self::Averaging(step) => ("the Balloon's step", step),
            Self::Fitting | Self::Dividing(_) => ("the sources' period", period),
        };
        check::positive("step of the Balloon–Windkessel model", step)?;
        let samples =
            check::steps("step of the Balloon–Windkessel model", step, "the sources' period", period)?;
        let repetition_time = repetition_time.unwrap_or(step);
        check::positive("repetition time", repetition_time)?;
        let every = check::steps("repetition time", repetition_time, name, step)?;
        let slices = Slices::new(timing, sources.n_channels(), name, step, every)?;
        if self != Self::Fitting {
            return Ok(Steps { window: step, samples, per_window, repetition_time, slices });
        }
        // Rounded down, but a quotient within 1e-9 of a whole number is that number.
        let most = (LONGEST.value_unsafe / period.value_unsafe + 1e-9).clamp(1.0, every as f64);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a count")]
        let samples = slices.longest_step(most as usize);
        let slices = slices.in_steps_of(samples);
        Ok(Steps { window: period * samples as f64, samples, per_window, repetition_time, slices })
    }
}
