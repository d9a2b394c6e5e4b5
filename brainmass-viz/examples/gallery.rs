//! Draws every kind of figure with synthetic data: `cargo run -p brainmass-viz --example gallery -- FOLDER`.

use std::f64::consts::TAU;
use std::path::PathBuf;

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Dimension, Hertz, Meter, Second, Unit, hz, ms, s};
use brainmass_core::{Connectome, Result, Sampling, TimeSeries};
use brainmass_viz::{ColourMap, Figure, HeatMap, Panel, PhasePortrait, SpectrumPlot, TimeSeriesPlot};
use nalgebra::DMatrix;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    std::fs::create_dir_all(&folder)?;
    for (name, figure) in figures()? {
        for extension in ["svg", "png"] {
            figure.save(folder.join(name).with_extension(extension))?;
        }
    }
    Ok(())
}

/// A standard normal number for each seed and pair of indices.
fn normal(seed: u64, i: usize, j: usize) -> f64 {
    Stream::new(seed, 0).normal(u32::try_from(i).unwrap_or(u32::MAX), j as u64)
}

fn figures() -> Result<Vec<(&'static str, Figure)>> {
    let cap = ["Fz", "C3", "Cz", "C4", "Pz", "O1", "O2"].map(str::to_owned);
    let sensors: Vec<String> = (1..=65).map(|index| format!("E{index}")).collect();
    let (eeg, dense, long) = (eeg(&cap, 2000)?, eeg(&sensors, 3000)?, eeg(&cap[..2], 300_000)?);
    let bold = bold()?;
    let stacked = || TimeSeriesPlot::new(&eeg).title("EEG");
    let percent = || TimeSeriesPlot::new(&bold).quantity("BOLD signal change").percent().overlaid();
    let first = || stacked().channels(["O1", "O2"]).window(s(0.5), s(1.0)).overlaid().quantity("potential");
    let mut figures: Vec<(&'static str, Figure)> = vec![
        ("eeg", stacked().panel()?.into()),
        ("eeg-65", TimeSeriesPlot::new(&dense).title("65 sensors").panel()?.into()),
        ("butterfly", TimeSeriesPlot::new(&dense).overlaid().quantity("potential").panel()?.into()),
        ("long", TimeSeriesPlot::new(&long).title("300 000 samples").panel()?.into()),
        ("window", first().panel()?.into()),
        ("bold", percent().panel()?.into()),
        ("spectrum", spectrum(1, false)?.into()),
        ("spectra", spectrum(7, false)?.into()),
        ("spectrum-mean", spectrum(65, true)?.into()),
        ("phase", phase()?.into()),
    ];
    let overview = vec![stacked().panel()?, spectrum(1, false)?, percent().panel()?, correlations(8, 1.0)?];
    let overview = Figure::grid(2, overview)?.title("From a connectome to BOLD and EEG");
    figures.push(("overview", overview));
    figures.extend(matrices()?);
    Ok(figures)
}

fn matrices() -> Result<Vec<(&'static str, Figure)>> {
    let (small, large) = (connectome(8)?, connectome(100)?);
    let signed = DMatrix::from_fn(12, 30, |i, j| 3e-5 * normal(9, i, j));
    let gain = HeatMap::new(&signed).map(ColourMap::BlueRed).axes("channel", "source");
    let gain = gain.quantity("potential").unit(Unit::of::<Volt>());
    let pair = vec![correlations(8, 1.0)?, correlations(8, 0.5)?];
    Ok(vec![
        ("weights", HeatMap::weights(&small).title("Structural connectivity").panel()?.into()),
        ("weights-log", HeatMap::weights(&large).logarithmic().title("100 regions").panel()?.into()),
        ("lengths", HeatMap::tract_lengths(&small).title("Tract lengths").panel()?.into()),
        ("fc", correlations(8, 1.0)?.into()),
        ("fc-100", correlations(100, 0.5)?.into()),
        ("fc-400", correlations(400, 0.5)?.into()),
        ("fc-two", Figure::row(pair)?.title("Functional connectivity, two scales of colour")),
        ("gain", gain.panel()?.into()),
    ])
}

fn series<U: Dimension>(
    channels: &[String],
    samples: usize,
    period: Second,
    value: impl Fn(usize, usize, f64) -> f64,
) -> Result<TimeSeries<U>> {
    let sampling = Sampling::new(channels.to_vec(), period, period)?;
    let time = |sample: usize| period.value_unsafe * (sample + 1) as f64;
    let values =
        DMatrix::from_fn(channels.len(), samples, |channel, sample| value(channel, sample, time(sample)));
    TimeSeries::new(values, sampling)
}

/// An alpha rhythm that waxes and wanes, with noise.
fn eeg(channels: &[String], samples: usize) -> Result<TimeSeries<Volt>> {
    series(channels, samples, ms(1.0), |channel, sample, t| {
        let envelope = 1.0 + 0.7 * (TAU * 0.7 * t + channel as f64).sin();
        let alpha = (TAU * 10.2 * t + 0.3 * channel as f64).sin();
        1e-6 * (18.0 * envelope * alpha + 4.0 * normal(1, channel, sample))
    })
}

fn bold() -> Result<TimeSeries<Dimensionless>> {
    let names = ["V1", "MT", "LIP", "FEF"].map(str::to_owned);
    series(&names, 417, s(0.72), |region, _, t| {
        let wave = |f: f64, phase: f64| (TAU * f * t + phase).sin();
        0.004 * wave(0.031, region as f64) + 0.003 * wave(0.053, 2.0 * region as f64)
    })
}

fn spectrum(channels: usize, many: bool) -> Result<Panel> {
    let frequencies: Vec<f64> = (0..=200).map(|index| 0.25 * f64::from(index)).collect();
    let densities = DMatrix::from_fn(channels, frequencies.len(), |channel, index| {
        let f = frequencies[index];
        let rhythm = (3.0 + channel as f64 % 5.0) * (-((f - 10.2) / 1.3).powi(2)).exp();
        let scatter = (0.15 * normal(2, channel, index)).exp();
        1e-12 * (8.0 / (1.0 + f.powf(1.5)) + rhythm) * scatter
    });
    let plot = SpectrumPlot::new(Hertz::new(&frequencies), &densities, Unit::of::<Volt>());
    let plot = plot.between(hz(1.0), hz(45.0)).title("Spectrum").band("alpha", hz(8.0), hz(13.0));
    if many { plot.mean().log_frequency().panel() } else { plot.marker("peak", hz(10.2)).panel() }
}

/// Two orbits of a Stuart–Landau oscillator that approach its limit cycle.
fn phase() -> Result<Panel> {
    let names = ["from inside", "from outside"].map(str::to_owned);
    let radius = |channel: usize, t: f64| {
        let start: f64 = [0.05, 1.8][channel];
        (1.0 / (1.0 + (start.powi(-2) - 1.0) * (-2.0 * t).exp())).sqrt()
    };
    let orbit = |quarter: f64| {
        series::<Dimensionless>(&names, 4000, ms(2.0), move |channel, _, t| {
            radius(channel, t) * (TAU * (t + quarter)).sin()
        })
    };
    let (x, y) = (orbit(0.25)?, orbit(0.0)?);
    PhasePortrait::new(("x", &x), ("y", &y)).title("Stuart–Landau oscillator").panel()
}

fn labels(regions: usize) -> Vec<String> {
    let side = |index: usize| if index < regions / 2 { "LH" } else { "RH" };
    (0..regions).map(|index| format!("{} region {}", side(index), index % (regions / 2) + 1)).collect()
}

fn connectome(regions: usize) -> Result<Connectome> {
    let apart = |i: usize, j: usize| (i as f64 - j as f64).abs() / regions as f64;
    let weights = DMatrix::from_fn(regions, regions, |i, j| {
        let strength = (-6.0 * apart(i, j) + 0.6 * normal(3, i.min(j), i.max(j))).exp();
        if i == j || strength < 0.02 { 0.0 } else { strength }
    });
    let lengths = DMatrix::from_fn(regions, regions, |i, j| 0.01 + 0.15 * apart(i, j));
    Connectome::new(weights, Meter::new(lengths), labels(regions))
}

fn correlations(regions: usize, limit: f64) -> Result<Panel> {
    let fc = DMatrix::from_fn(regions, regions, |i, j| {
        let near = (-4.0 * (i as f64 - j as f64).abs() / regions as f64).exp();
        let scatter = 0.12 * normal(4, i.min(j), i.max(j));
        if i == j { 1.0 } else { (0.9 * near - 0.25 + scatter).clamp(-1.0, 1.0) }
    });
    HeatMap::fc(&fc).labels(&labels(regions)).limits(-limit, limit).title("Functional connectivity").panel()
}
