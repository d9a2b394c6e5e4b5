//! The contract of a differentiable observation model.

use nalgebra::DMatrix;

use super::observation::noise;
use super::{Broken, Verdict, close, rule};
use crate::{Differentiable, Result, Sampling, TimeSeries};

/// The width of a central difference, relative to what it moves: its error is some 1e-10 of the curvature,
/// rounding some 1e-11 of the value.
const WIDTH: f64 = 1e-5;

/// Checks the pullback of a differentiable model against central differences of what it records.
///
/// - scalars have names of their own, and their own values give the same recording, to the last bit;
/// - for any direction v of the sources and any cotangent u, ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ to 1e-6;
/// - the same for each scalar.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn pullback<M: Differentiable>(name: &str, model: &M, sources: &Sampling, n_samples: usize) -> Verdict {
    let trial = Trial { name, sources };
    let signal = trial.values(n_samples, 3);
    let recorded = trial.record(model, &signal)?;
    let cotangent = DMatrix::from_iterator(
        recorded.nrows(),
        recorded.ncols(),
        noise(sources, recorded.len().div_ceil(sources.n_channels()), 4)
            .into_iter()
            .take(recorded.len())
            .map(|value| value - 0.5),
    );
    let series = trial.ok(TimeSeries::new(signal.clone(), sources.clone()))?;
    let pulled = trial.ok(model.pullback(&series, &cotangent))?;
    rule(name, "a cotangent of the sources is like them", pulled.sources.shape() == signal.shape(), || {
        format!("{:?} instead of {:?}", pulled.sources.shape(), signal.shape())
    })?;
    let direction = trial.values(n_samples, 5).map(|value| value - 0.5);
    let ahead = trial.record(model, &(&signal + &direction * WIDTH))?;
    let behind = trial.record(model, &(&signal - &direction * WIDTH))?;
    let moved = (ahead - behind) / (2.0 * WIDTH);
    trial.agree("⟨u, J v⟩ = ⟨Jᵀ u, v⟩", &cotangent, &moved, pulled.sources.dot(&direction))?;
    scalars(&trial, model, &signal, &recorded, &cotangent, &pulled.scalars)
}

fn scalars<M: Differentiable>(
    trial: &Trial<'_>,
    model: &M,
    signal: &DMatrix<f64>,
    recorded: &DMatrix<f64>,
    cotangent: &DMatrix<f64>,
    pulled: &[f64],
) -> Verdict {
    let (name, scalars) = (trial.name, model.scalars());
    rule(name, "there is a cotangent for each scalar", pulled.len() == scalars.len(), || {
        format!("{} for {}", pulled.len(), scalars.len())
    })?;
    let names: std::collections::BTreeSet<_> = scalars.iter().map(|scalar| &scalar.name).collect();
    rule(name, "scalars have names of their own", names.len() == scalars.len(), || format!("{scalars:?}"))?;
    let values: Vec<f64> = scalars.iter().map(|scalar| scalar.value).collect();
    let same = trial.ok(model.with_scalars(&values))?;
    rule(name, "a model takes its own scalars", same.scalars() == scalars, || {
        format!("{:?}", same.scalars())
    })?;
    let again = trial.record(&same, signal)?;
    rule(name, "its own scalars change nothing", again == *recorded, || "other samples".to_owned())?;
    for (k, (scalar, pulled)) in scalars.iter().zip(pulled).enumerate() {
        let width = if scalar.value == 0.0 { WIDTH } else { WIDTH * scalar.value.abs() };
        let moved = |sign: f64| {
            let mut values = values.clone();
            values[k] += sign * width;
            trial.record(&trial.ok(model.with_scalars(&values))?, signal)
        };
        let moved = (moved(1.0)? - moved(-1.0)?) / (2.0 * width);
        let agrees =
            trial.agree("the derivative by a scalar is that of the recording", cotangent, &moved, *pulled);
        agrees.map_err(|broken| Broken { found: format!("{}: {}", scalar.name, broken.found), ..broken })?;
    }
    Ok(())
}

struct Trial<'a> {
    name: &'a str,
    sources: &'a Sampling,
}

impl Trial<'_> {
    fn values(&self, n_samples: usize, case: u32) -> DMatrix<f64> {
        let values = noise(self.sources, n_samples, case);
        DMatrix::from_vec(self.sources.n_channels(), n_samples, values)
    }

    fn ok<T>(&self, result: Result<T>) -> std::result::Result<T, Broken> {
        result.map_err(|error| Broken {
            subject: self.name.to_owned(),
            rule: "takes an ordinary signal",
            found: error.to_string(),
        })
    }

    fn record<M: Differentiable>(
        &self,
        model: &M,
        signal: &DMatrix<f64>,
    ) -> std::result::Result<DMatrix<f64>, Broken> {
        let series = self.ok(TimeSeries::new(signal.clone(), self.sources.clone()))?;
        Ok(self.ok(model.observe(&series))?.values().clone())
    }

    /// The inner product of cotangent and tangent, against what the pullback says it is.
    fn agree(
        &self,
        what: &'static str,
        cotangent: &DMatrix<f64>,
        moved: &DMatrix<f64>,
        pulled: f64,
    ) -> Verdict {
        let scale = cotangent.iter().zip(moved).map(|(u, v)| (u * v).abs()).sum();
        let expected = cotangent.dot(moved);
        rule(self.name, what, close(pulled, expected, 1e-6, scale), || {
            format!("{pulled} instead of {expected}")
        })
    }
}
