//! What a file says of noise.

use std::path::Path;

use brainmass_core::units::{Hertz, Unit, Values, dimension};
use brainmass_core::{Error, Node, Result};
use brainmass_datasets::read_matrix;
use brainmass_network::{ColouredNoise, Correlation, InputNoise, Network, OrnsteinUhlenbeck, WhiteNoise};

use super::section::Section;

const KINDS: [&str; 5] = ["ornstein_uhlenbeck", "pink", "brown", "blue", "violet"];

/// `[noise]` with `input` is noise with a memory, with `state` white noise; `folder` is where relative paths start.
pub(super) fn with_noise<N: Node>(
    network: Network<N>,
    section: Section<'_>,
    folder: &Path,
) -> Result<Network<N>> {
    let (input, state) = (section.text("input")?, section.text("state")?);
    let sigma = section.any_quantity("sigma")?.ok_or_else(|| section.error("sigma", "is missing"))?;
    let correlation = correlation(&section, folder)?;
    match (input, state) {
        (Some(input), None) => {
            let noise = on_input(&section, sigma, correlation)?;
            section.finish()?;
            network.with_input_noise(input, noise)
        }
        (None, Some(state)) => {
            let noise = WhiteNoise::new(sigma).with_correlation(correlation);
            let noise = match section.text("multiplicative")? {
                None => noise,
                Some("proportional") => noise.proportional(),
                Some(other) => return Err(Error::unknown("multiplicative noise", other, ["proportional"])),
            };
            section.finish()?;
            network.with_state_noise(state, noise)
        }
        _ => {
            Err(section
                .error("input", "either an input (coloured noise) or a state (white noise) must be named"))
        }
    }
}

fn on_input(section: &Section<'_>, sigma: Values, correlation: Correlation) -> Result<InputNoise> {
    let frequency = |name: &str| -> Result<Hertz> {
        let found = section.single::<dimension::Hertz>(name)?;
        found.ok_or_else(|| section.error(&format!("{name}_hz"), "is missing"))
    };
    let coloured = |noise: ColouredNoise| InputNoise::from(noise.with_correlation(correlation.clone()));
    Ok(match section.text("kind")?.unwrap_or(KINDS[0]) {
        "ornstein_uhlenbeck" => {
            let mean = section.any_quantity("mean")?;
            let mean = mean.unwrap_or_else(|| Values::new(vec![0.0], sigma.unit()));
            let noise = OrnsteinUhlenbeck::new(sigma, section.required_time("tau")?).around(mean);
            noise.with_correlation(correlation).into()
        }
        "pink" => coloured(ColouredNoise::pink(sigma, frequency("low")?, frequency("high")?)),
        "brown" => coloured(ColouredNoise::brown(sigma)),
        "blue" => coloured(ColouredNoise::blue(sigma, frequency("low")?, frequency("high")?)),
        "violet" => coloured(ColouredNoise::violet(sigma)),
        other => return Err(Error::unknown("noise", other, KINDS)),
    })
}

/// `common`, a weight per region of one series, or `correlation`, a file with the matrix.
fn correlation(section: &Section<'_>, folder: &Path) -> Result<Correlation> {
    let common = section.quantity("common", Unit::DIMENSIONLESS)?;
    match (common, section.text("correlation")?) {
        (None, None) => Ok(Correlation::default()),
        (Some(weights), None) => Ok(Correlation::common(weights.as_slice().to_vec())),
        (None, Some(file)) => Correlation::of(&read_matrix(&crate::load::path(folder, file)?)?),
        (Some(_), Some(_)) => Err(section.error("correlation", "stands beside `common`; one of them may")),
    }
}
