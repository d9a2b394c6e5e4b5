//! What a file says of a fit.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Result, check};
use brainmass_fit::{Adam, CmaEs, DifferentialEvolution, Lbfgs, NelderMead, Optimizer};

use super::{Goal, Parameter};
use crate::experiment::Section;

/// The optimizers, by their names in files.
const OPTIMIZERS: [&str; 5] = ["cma_es", "differential_evolution", "nelder_mead", "lbfgs", "adam"];
/// How far Adam goes in a step, in parts of the axes.
const RATE: f64 = 0.02;
/// How many candidates a fit tries unless told otherwise.
const MOST_EVALUATIONS: usize = 200;

/// How narrow a cloud ends CMA-ES unless told otherwise, in parts of the axes: no fit to data asks for more digits.
const TOLERANCE: f64 = 1e-4;

fn tolerance(section: &Section<'_>) -> Result<f64> {
    let tolerance =
        section.single::<Dimensionless>("tolerance")?.map_or(TOLERANCE, |tolerance| tolerance.value_unsafe);
    if tolerance >= 0.0 { Ok(tolerance) } else { Err(section.error("tolerance", "must be zero or more")) }
}

/// `[fit]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Declared {
    pub(super) parameters: Vec<Parameter>,
    pub(super) goal: Goal,
    pub(super) optimizer: String,
    pub(super) seed: u64,
    pub(super) most_evaluations: usize,
    /// How narrow a cloud ends CMA-ES, in parts of the axes.
    pub(super) tolerance: f64,
    /// How many runs a candidate has; none for one with the seed of the file.
    pub(super) n_seeds: Option<usize>,
    pub(super) observe: Vec<String>,
    pub(super) test_fc: Option<String>,
}

impl Declared {
    /// Reads `[fit]` if it is there.
    pub(crate) fn read(root: &Section<'_>) -> Result<Option<Self>> {
        let Some(section) = root.section("fit")? else { return Ok(None) };
        let texts = section.one_or_more_texts("parameters")?;
        if texts.is_empty() {
            return Err(section.error("parameters", "is missing: say what may change"));
        }
        let parameters: Vec<Parameter> = texts.into_iter().map(str::parse).collect::<Result<_>>()?;
        let keys: Vec<String> = parameters.iter().map(|parameter| parameter.key().to_owned()).collect();
        check::unique("parameters of a fit", &keys)?;
        let optimizer = section.text("optimizer")?.unwrap_or(OPTIMIZERS[0]).to_owned();
        check::position("optimizer", &optimizer, &OPTIMIZERS)?;
        let count = |key: &str| -> Result<Option<usize>> {
            let Some(count) = section.whole(key)? else { return Ok(None) };
            match usize::try_from(count) {
                Ok(count) if count > 0 => Ok(Some(count)),
                _ => Err(section.error(key, "must be one or more")),
            }
        };
        let most_evaluations = count("most_evaluations")?;
        let declared = Self {
            parameters,
            goal: Goal::read(&section)?,
            optimizer,
            seed: section.whole("seed")?.unwrap_or(0),
            most_evaluations: most_evaluations.unwrap_or(MOST_EVALUATIONS),
            tolerance: tolerance(&section)?,
            n_seeds: count("seeds")?,
            observe: section.texts("observe")?.into_iter().map(str::to_owned).collect(),
            test_fc: section.text("test_fc")?.map(str::to_owned),
        };
        section.finish()?;
        Ok(Some(declared))
    }

    pub(super) fn optimizer(&self) -> Box<dyn Optimizer> {
        match self.optimizer.as_str() {
            "differential_evolution" => Box::new(DifferentialEvolution::new(self.seed)),
            "nelder_mead" => Box::new(NelderMead),
            "lbfgs" => Box::new(Lbfgs::default()),
            "adam" => Box::new(Adam::new(RATE)),
            _ => Box::new(CmaEs::new(self.seed).with_tolerance(self.tolerance)),
        }
    }
}
