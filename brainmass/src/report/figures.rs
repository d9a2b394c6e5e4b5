//! The pictures of an outcome.

use brainmass_core::units::{Dimension, Hertz, Second, hz, s};
use brainmass_core::{Result, TimeSeries};
use brainmass_viz::{Figure, HeatMap, Panel, PhasePortrait, SpectrumPlot, TimeSeriesPlot};

use crate::experiment::{AlphaSpectrum, Outcome, PartOutcome, Score, Signal, with_series};

/// How much of a fast signal a picture shows.
const WINDOW: Second = s(2.0);
/// How many channels of a signal a picture shows.
const N_CHANNELS: usize = 16;

/// A picture with its file name, without ending, and what it shows.
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) caption: String,
    pub(super) figure: Figure,
}

fn picture(name: impl Into<String>, caption: String, panels: Vec<Panel>) -> Result<Picture> {
    Ok(Picture { name: name.into(), caption, figure: Figure::row(panels)? })
}

/// All pictures of an outcome.
pub(super) fn pictures(outcome: &Outcome) -> Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    if let Some(score) = outcome.scored() {
        pictures.push(fc(score, &outcome.parts[0])?);
    }
    // A line needs two points.
    for signal in outcome.signals().filter(|signal| signal.series.values().ncols() > 1) {
        pictures.push(picture(&signal.name, caption(signal), vec![signal_panel(signal)?])?);
    }
    for part in &outcome.parts {
        // A silent recording has no power to draw.
        for spectrum in part.spectra.iter().filter(|spectrum| spectrum.density.max() > 0.0) {
            let caption = format!("Welch spectrum of {}, mean over channels.", spectrum.signal);
            pictures.push(picture(
                format!("{}_spectrum", spectrum.signal),
                caption,
                vec![spectrum_panel(spectrum)?],
            )?);
        }
        pictures.extend(phase_portrait(part)?);
    }
    let connectome = &outcome.parts[0].connectome;
    let structure = vec![
        HeatMap::weights(connectome).title("Weights").panel()?,
        HeatMap::tract_lengths(connectome).title("Tract lengths").panel()?,
    ];
    pictures.push(picture("connectome", "The structural connectome.".to_owned(), structure)?);
    Ok(pictures)
}

pub(super) fn fc(score: &Score, part: &PartOutcome) -> Result<Picture> {
    let labels = part.connectome.labels();
    let panels = vec![
        HeatMap::fc(&score.simulated)
            .labels(labels)
            .title(format!("Simulated ({})", score.signal))
            .panel()?,
        HeatMap::fc(&score.target).labels(labels).title("Data").panel()?,
    ];
    let caption = format!(
        "Functional connectivity of {} and of the data: correlation {:.3} over the upper triangle.",
        score.signal, score.fc_correlation
    );
    picture("fc", caption, panels)
}

fn caption(signal: &Signal) -> String {
    let what = match signal.model {
        "bold" => "BOLD by convolution with a haemodynamic response",
        "balloon" => "BOLD by the Balloon–Windkessel model",
        "eeg" => "EEG",
        "meg" => "MEG",
        "seeg" => "sEEG",
        _ => "Activity",
    };
    format!("{what} from `{}`.", signal.source)
}

fn signal_panel(signal: &Signal) -> Result<Panel> {
    let sampling = signal.series.sampling();
    let channels: Vec<String> = sampling.channels().iter().take(N_CHANNELS).cloned().collect();
    let is_fast = sampling.period() < s(0.1);
    let n_channels = sampling.n_channels();
    let shown = if n_channels > N_CHANNELS {
        format!(", {N_CHANNELS} of {n_channels} channels")
    } else {
        String::new()
    };
    let quantity = match signal.model {
        "bold" | "balloon" => "BOLD",
        "eeg" => "EEG",
        "meg" => "MEG",
        "seeg" => "sEEG",
        _ => &signal.source,
    };
    with_series!(&signal.series, series => {
        let mut plot = TimeSeriesPlot::new(series).title(format!("{}{shown}", signal.name)).channels(channels);
        if is_fast && series.duration() > WINDOW {
            plot = plot.window(series.start(), series.start() + WINDOW);
        }
        if signal.model == "balloon" {
            plot = plot.percent();
        }
        plot.quantity(quantity).panel()
    })
}

fn spectrum_panel(spectrum: &AlphaSpectrum) -> Result<Panel> {
    let frequencies = Hertz::new(spectrum.frequencies.value_unsafe.as_slice());
    SpectrumPlot::new(frequencies, &spectrum.density, spectrum.unit)
        .title(format!("Spectrum of {}", spectrum.signal))
        .between(hz(1.0), hz(40.0))
        .mean()
        .band("alpha", hz(8.0), hz(13.0))
        .marker("peak", spectrum.peak)
        .panel()
}

/// The first two recorded variables of a network against each other, in its first region.
fn phase_portrait(part: &PartOutcome) -> Result<Option<Picture>> {
    let mut variables = part.signals.iter().filter(|signal| matches!(signal.model, "series" | "average"));
    let (Some(x), Some(y)) = (variables.next(), variables.next()) else { return Ok(None) };
    if x.series.sampling() != y.series.sampling() || x.series.values().ncols() < 2 {
        return Ok(None);
    }
    let region = &x.series.sampling().channels()[0];
    let panel = with_series!(&x.series, first => with_series!(&y.series, second => {
        let (first, second) = (beginning(first)?, beginning(second)?);
        PhasePortrait::new((&x.source, &first), (&y.source, &second))
            .channels([region.clone()])
            .title(format!("{}, region {region}", part.model))
            .panel()
    }))?;
    let caption = format!("`{}` against `{}` in region {region}.", y.source, x.source);
    picture(format!("{}_phase_portrait", part.name), caption, vec![panel]).map(Some)
}

/// As much of a long series as a portrait can show.
fn beginning<U: Dimension>(series: &TimeSeries<U>) -> Result<TimeSeries<U>> {
    let n_samples = series.n_samples().min(500);
    TimeSeries::new(series.values().columns(0, n_samples).into_owned(), series.sampling().clone())
}
