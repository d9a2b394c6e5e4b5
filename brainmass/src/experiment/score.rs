//! How well the simulated BOLD agrees with data.

use std::path::Path;

use brainmass_core::units::{Dimension, Second};
use brainmass_core::{Connectome, DifferentiableObjective, Error, Result};
use brainmass_objectives::{
    Fc, FcCorrelation, FcRmse, LaggedCorrelation, functional_connectivity, matrix_correlation, matrix_rmse,
};
use nalgebra::DMatrix;

use super::Outcome;
use super::part::Part;
use super::score_fcd::{FcdScore, FcdSettings};
use super::section::Section;
use super::signal::with_series;
use crate::load;

/// The numbers of a score that have a gradient; the last one needs data.
const NUMBERS: [&str; 3] = ["fc_correlation", "fc_rmse", "fcd_wasserstein"];

/// `[objective]`.
#[derive(Clone, Debug)]
pub(super) struct ObjectiveSettings {
    signal: String,
    target: Fc,
    fcd: Option<FcdSettings>,
}

/// The FC of a simulated signal against the target's, and its dynamics if the file asks for them.
#[derive(Clone, Debug)]
pub struct Score {
    /// The name of the scored signal.
    pub signal: String,
    /// The FC of the data.
    pub target: DMatrix<f64>,
    /// The FC of the simulation.
    pub simulated: DMatrix<f64>,
    /// Pearson correlation of the two over the upper triangle.
    pub fc_correlation: f64,
    /// Root mean square difference of the two over the upper triangle.
    pub fc_rmse: f64,
    /// How far the dynamics of the two are apart, if `[objective]` has a `target_fcd`.
    pub fcd: Option<FcdScore>,
    /// Correlation of the structural weights with the target: what a simulation has to beat.
    pub structure_correlation: Option<f64>,
    /// The same correlation for every other BOLD signal, by name.
    pub others: Vec<(String, f64)>,
    /// How well the other BOLD signals follow the scored one, at the best lag: name, lag, correlation.
    pub agreement: Vec<(String, Second, f64)>,
}

impl ObjectiveSettings {
    pub(super) fn read(section: Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let signal = section.text("signal")?.unwrap_or("bold").to_owned();
        let target = load::target_fc(section.required_text("target_fc")?, folder, connectome.labels())?;
        let fcd = section.section("target_fcd")?;
        let fcd = fcd.map(|fcd| FcdSettings::read(fcd, connectome, folder)).transpose()?;
        section.finish()?;
        let n = connectome.n_regions();
        if target.shape() != (n, n) {
            let found = format!("{} × {}", target.nrows(), target.ncols());
            return Err(Error::shape(
                "target_fc",
                format!("{n} × {n}, as many regions as the connectome"),
                found,
            ));
        }
        Ok(Self { signal, target: Fc::new(target, connectome.labels().to_vec())?, fcd })
    }

    /// The FC of the data.
    pub(super) fn target(&self) -> &DMatrix<f64> {
        self.target.matrix()
    }

    /// The name of the scored signal.
    pub(super) fn signal(&self) -> &str {
        &self.signal
    }

    /// What has the derivative of a number of the score; for the correlation that of its negative.
    pub(super) fn differentiable<U: Dimension>(
        &self,
        number: &str,
    ) -> Result<Box<dyn DifferentiableObjective<U>>> {
        Ok(match (number, &self.fcd) {
            ("fc_correlation", _) => Box::new(FcCorrelation::new(self.target.clone())?),
            ("fc_rmse", _) => Box::new(FcRmse::new(self.target.clone())?),
            ("fcd_wasserstein", Some(fcd)) => Box::new(fcd.objective()),
            _ => return Err(Error::unknown("number with a gradient", number, NUMBERS)),
        })
    }

    /// The correlation of weights with the FC of the data; none for weights that are all the same.
    pub(super) fn structure_correlation(&self, connectome: &Connectome) -> Option<f64> {
        let weights = connectome.weights();
        let symmetric = (weights + weights.transpose()) * 0.5;
        matrix_correlation(&symmetric, self.target.matrix()).ok()
    }

    /// Checks that the signal is observed.
    pub(super) fn check(&self, observed: &[String]) -> Result<()> {
        brainmass_core::check::position("observation", &self.signal, observed).map(|_| ())
    }

    /// Checks that the signal, if it is this network's, is of all regions.
    pub(super) fn check_part(&self, part: &Part) -> Result<()> {
        if part.is_mixed() && part.observation_names().any(|name| name == self.signal) {
            let problem = format!("`{}` is of one population, not of all regions", self.signal);
            return Err(Error::setting("[objective] signal", problem));
        }
        Ok(())
    }

    pub(super) fn score(&self, outcome: &Outcome) -> Result<Score> {
        let names = || outcome.signals().map(|signal| signal.name.clone());
        let scored = outcome
            .signal(&self.signal)
            .ok_or_else(|| Error::unknown("observation", &self.signal, names()))?;
        let fc = |name: &str| match outcome.signal(name) {
            Some(signal) => with_series!(&signal.series, series => functional_connectivity(series)),
            None => Err(Error::unknown("observation", name, names())),
        };
        let simulated = fc(&self.signal)?;
        let correlate = |fc: &Fc| matrix_correlation(fc.matrix(), self.target.matrix());
        let is_other = |signal: &&super::Signal| {
            matches!(signal.model, "bold" | "balloon") && signal.name != self.signal
        };
        let mut others = Vec::new();
        let mut agreement = Vec::new();
        for other in outcome.signals().filter(is_other) {
            others.push((other.name.clone(), correlate(&fc(&other.name)?)?));
            if let Some((lag, correlation)) = lagged(scored, other) {
                agreement.push((other.name.clone(), lag, correlation));
            }
        }
        Ok(Score {
            signal: self.signal.clone(),
            fc_correlation: correlate(&simulated)?,
            fc_rmse: matrix_rmse(simulated.matrix(), self.target.matrix())?,
            fcd: self.fcd.as_ref().map(|fcd| fcd.score(&scored.series)).transpose()?,
            structure_correlation: self.structure_correlation(&outcome.parts[0].connectome),
            target: self.target.matrix().clone(),
            simulated: simulated.matrix().clone(),
            others,
            agreement,
        })
    }
}

/// The lag at which another BOLD signal follows best; none if the two cannot be compared.
///
/// The haemodynamic models of the field differ by a few seconds: ten samples either way, less for short signals.
fn lagged(scored: &super::Signal, other: &super::Signal) -> Option<(Second, f64)> {
    let best = with_series!(&scored.series, data => {
        let largest = data.period() * (data.n_samples() / 4).min(10) as f64;
        let objective = LaggedCorrelation::new(data, largest).ok()?;
        with_series!(&other.series, series => objective.best(series).ok()?)
    });
    Some((best.lag, best.correlation))
}
