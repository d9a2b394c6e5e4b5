//! How far a simulated power spectrum is from that of the data.

use brainmass_core::units::{Dimension, Hertz, Unit, dimension, show};
use brainmass_core::{DifferentiableObjective, Error, Objective, Real, Result, TimeSeries, check};
use nalgebra::DMatrix;

use super::{Spectrum, Welch};
use crate::agree;
use crate::compare::root_slopes;

/// Decibels in a natural logarithm.
const DECIBEL: f64 = 10.0 / std::f64::consts::LN_10;

/// On which scale densities are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpectrumScale {
    /// In decibels, 10 log₁₀ P: every frequency counts alike, however little power it has.
    #[default]
    Decibel,
    /// As they are, relative to the norm of the data: the peaks count.
    Linear,
}

/// Distance of the [`Welch`] spectrum of a simulated series from a spectrum of data, in a band.
///
/// ```text
/// decibel:   √( mean over channels and frequencies of (10 log₁₀ P_ik − 10 log₁₀ target_ik)² )
/// linear:    √( Σ (P_ik − target_ik)² / Σ target_ik² )
/// ```
///
/// The first is the log-spectral distance, in dB; the second has no unit. Channels are compared one by one,
/// or their mean spectra ([`of_mean`](Self::of_mean)). The sampling may differ; the frequencies of the band
/// must not.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, hz, ms, s}, Objective, TimeSeries};
/// use brainmass_objectives::{SpectrumDistance, SpectrumScale, Welch};
/// use nalgebra::DMatrix;
/// let wave = |a: f64| DMatrix::from_fn(1, 4000, |_, t| a * (std::f64::consts::TAU * 0.01 * t as f64).sin());
/// let series = |a| TimeSeries::<Volt>::unnamed(wave(a), ms(1.0), ms(1.0)).unwrap();
/// let welch = Welch::new(s(1.0));
/// let target = welch.spectrum(&series(1.0)).unwrap();
/// let objective = SpectrumDistance::new(welch, target, hz(9.0), hz(11.0)).unwrap();
/// // Ten times the amplitude is a hundred times the power.
/// approx::assert_relative_eq!(objective.cost(&series(10.0)).unwrap(), 20.0, max_relative = 1e-9);
/// let linear = objective.with_scale(SpectrumScale::Linear).unwrap();
/// approx::assert_relative_eq!(linear.cost(&series(10.0)).unwrap(), 99.0, max_relative = 1e-9);
/// ```
///
/// # References
/// Gray & Markel (1976), IEEE Trans. Acoust. Speech Signal Process. 24:380,
/// doi:10.1109/TASSP.1976.1162849, for the logarithmic distance.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "log-spectral distance")]
pub struct SpectrumDistance<U: Dimension> {
    welch: Welch,
    target: Spectrum<U>,
    band: [Hertz; 2],
    scale: SpectrumScale,
    mean: bool,
}

impl<U: Dimension> SpectrumDistance<U> {
    /// The objective with how spectra are estimated, the one to be reached and the band, both ends included.
    ///
    /// # Errors
    /// [`Error::Shape`] if no frequency of the data lies in the band, [`Error::OutOfRange`] for a density
    /// without logarithm.
    pub fn new(welch: Welch, target: Spectrum<U>, from: Hertz, to: Hertz) -> Result<Self> {
        Self { welch, target, band: [from, to], scale: SpectrumScale::Decibel, mean: false }.checked()
    }

    /// The same on another scale.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_scale(self, scale: SpectrumScale) -> Result<Self> {
        Self { scale, ..self }.checked()
    }

    /// The same for the mean spectra over the channels.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_mean(self) -> Result<Self> {
        Self { mean: true, ..self }.checked()
    }

    fn checked(self) -> Result<Self> {
        self.scaled(&self.densities(&self.target)?, "data")?;
        Ok(self)
    }

    /// The densities in the band, frequencies × channels, or × 1 for the mean.
    fn densities(&self, spectrum: &Spectrum<U>) -> Result<DMatrix<f64>> {
        let bins = spectrum.bins(self.band[0], self.band[1])?;
        let density = spectrum.density().columns_range(bins);
        if self.mean {
            let mean = density.row_mean();
            return Ok(DMatrix::from_column_slice(mean.len(), 1, mean.as_slice()));
        }
        Ok(density.transpose())
    }

    /// Densities as they are compared.
    fn scaled(&self, densities: &DMatrix<f64>, whose: &str) -> Result<Vec<f64>> {
        if self.scale == SpectrumScale::Linear {
            return Ok(densities.as_slice().to_vec());
        }
        let decibel = |density: &f64| {
            if *density > 0.0 {
                return Ok(DECIBEL * Real::ln(*density));
            }
            let what = format!("power density of the {whose}");
            let unit = Unit::of::<U>() * Unit::of::<U>() / Unit::of::<dimension::Hertz>();
            Err(check::out_of_range(&what, *density, unit, "above zero to have a logarithm"))
        };
        densities.iter().map(decibel).collect()
    }

    /// What the sum of squares is multiplied by.
    fn share(&self, target: &[f64]) -> f64 {
        match self.scale {
            SpectrumScale::Decibel => 1.0 / target.len() as f64,
            SpectrumScale::Linear => 1.0 / target.iter().map(|y| y * y).sum::<f64>(),
        }
    }

    /// The densities in the band, those and the data's as they are compared, and the cost.
    fn compare(&self, simulated: &TimeSeries<U>) -> Result<Compared> {
        agree::channels(self.target.channels(), simulated.channels())?;
        let spectrum = self.welch.spectrum(simulated)?;
        let (due, found) = (self.target.spacing(), spectrum.spacing());
        if (found.value_unsafe / due.value_unsafe - 1.0).abs() > 1e-6 {
            let requirement = format!("{} like that of the data", show(due));
            let what = "spacing of the frequencies of the simulated series";
            let unit = Unit::of::<dimension::Hertz>();
            return Err(check::out_of_range(what, found.value_unsafe, unit, &requirement));
        }
        let densities = self.densities(&spectrum)?;
        let (x, y) = (
            self.scaled(&densities, "simulated series")?,
            self.scaled(&self.densities(&self.target)?, "data")?,
        );
        if x.len() != y.len() {
            let expected = format!("{} densities in the band like the data", y.len());
            return Err(Error::shape("spectrum of the simulated series", expected, x.len().to_string()));
        }
        let squares: f64 = x.iter().zip(&y).map(|(x, y)| (x - y).powi(2)).sum();
        let cost = (self.share(&y) * squares).sqrt();
        if !cost.is_finite() {
            let place = "the squares of the differences".to_owned();
            return Err(Error::NotFinite { what: self.title().to_owned(), place, value: cost });
        }
        Ok(Compared { densities, x, y, cost })
    }

    fn title(&self) -> &'static str {
        match self.scale {
            SpectrumScale::Decibel => "log-spectral distance",
            SpectrumScale::Linear => "spectral distance",
        }
    }
}

struct Compared {
    densities: DMatrix<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
    cost: f64,
}

impl<U: Dimension> Objective<U> for SpectrumDistance<U> {
    fn name(&self) -> String {
        let of = if self.mean { " of the mean" } else { "" };
        format!("{}{of}", self.title())
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(self.compare(simulated)?.cost)
    }
}

/// Where the two agree to the last bit the root has a kink, and the slope given there is zero.
impl<U: Dimension> DifferentiableObjective<U> for SpectrumDistance<U> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        let Compared { densities, x, y, cost } = self.compare(simulated)?;
        let mut slopes = root_slopes(&x, &y, self.share(&y), cost);
        if self.scale == SpectrumScale::Decibel {
            slopes.iter_mut().zip(densities.iter()).for_each(|(slope, density)| *slope *= DECIBEL / density);
        }
        let n = simulated.n_channels();
        let by_band = DMatrix::from_vec(densities.nrows(), densities.ncols(), slopes);
        let bins = self.target.bins(self.band[0], self.band[1])?;
        let gradient = self.welch.pull_back(simulated, |channel| {
            let mut by_density = vec![0.0; bins.start];
            if self.mean {
                by_density.extend(by_band.column(0).iter().map(|slope| slope / n as f64));
            } else {
                by_density.extend(by_band.column(channel).iter());
            }
            by_density
        })?;
        Ok((cost, agree::finite_gradient(gradient)?))
    }
}
