//! Phases of oscillations: how they are locked to each other, and how that comes and goes.

use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Dimension, Second};
use brainmass_core::{Accumulator, Archive, Error, Real, Result, Sampling, Statistic, TimeSeries, check};
use nalgebra::DMatrix;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// The phases of several channels over time, as points on the unit circle.
///
/// From angles that a model has ([`from_angles`](Self::from_angles)), or from the analytic signal of a
/// recording ([`of_analytic_signal`](Self::of_analytic_signal)).
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms}, TimeSeries};
/// use brainmass_objectives::Phases;
/// use nalgebra::DMatrix;
/// // Two oscillators a third of a turn apart, and one that runs twice as fast.
/// let angle = |i: usize, t: usize| {
///     let turns = [t as f64, t as f64 + 40.0 / 3.0, 2.0 * t as f64][i] / 40.0;
///     std::f64::consts::TAU * turns
/// };
/// let angles = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_fn(3, 400, angle), ms(1.0), ms(1.0)).unwrap();
/// let phases = Phases::from_angles(&angles).unwrap();
/// let locking = phases.locking();
/// approx::assert_relative_eq!(locking[(0, 1)], 1.0, max_relative = 1e-13);
/// approx::assert_abs_diff_eq!(locking[(0, 2)], 0.0, epsilon = 1e-13);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Phases {
    /// Channels × samples, both.
    cosines: DMatrix<f64>,
    sines: DMatrix<f64>,
    sampling: Sampling,
}

impl Phases {
    /// Phases from angles in radians, wrapped or not.
    ///
    /// # Errors
    /// [`Error::Shape`] without samples.
    pub fn from_angles(angles: &TimeSeries<Dimensionless>) -> Result<Self> {
        if angles.n_samples() == 0 {
            return Err(Error::shape("phases", "at least one sample", "none"));
        }
        let (cosines, sines) = (angles.values().map(Real::cos), angles.values().map(Real::sin));
        Ok(Self { cosines, sines, sampling: angles.sampling().clone() })
    }

    /// Phases of the analytic signal of each channel, without its mean:
    ///
    /// ```text
    /// z = x + i H[x],   the Hilbert transform H by turning every frequency of the whole series by −90°
    /// ```
    ///
    /// They mean something for a narrow band: filter first. The transform takes the series for one period
    /// of a periodic signal, so that its two ends disturb each other; `edge` is dropped at both ends. Two
    /// or three periods of the slowest oscillation are usual.
    ///
    /// # Errors
    /// [`Error::NotMultiple`] if the edge is no whole number of samples, [`Error::Shape`] if it leaves none,
    /// [`Error::Constant`] for a channel that does not move.
    #[doc(alias = "hilbert")]
    pub fn of_analytic_signal<U: Dimension>(series: &TimeSeries<U>, edge: Second) -> Result<Self> {
        let dropped = check::steps("edge", edge, "the sampling period", series.period())?;
        let n_samples = series.n_samples();
        if dropped.saturating_mul(2) >= n_samples {
            let found = format!("{n_samples} samples, of which {dropped} are dropped at both ends");
            return Err(Error::shape("series for an analytic signal", "samples between the edges", found));
        }
        let kept = n_samples - 2 * dropped;
        let (mut cosines, mut sines) =
            (DMatrix::zeros(series.n_channels(), kept), DMatrix::zeros(series.n_channels(), kept));
        for (channel, name) in series.channels().iter().enumerate() {
            let mut x: Vec<f64> = series.values().row(channel).iter().copied().collect();
            crate::correlation::standardize(&mut x, "analytic signal", name)?;
            let turned = hilbert(&x)?;
            for k in 0..kept {
                let (re, im) = (x[dropped + k], turned[dropped + k]);
                let norm = (re * re + im * im).sqrt();
                // At the origin there is no phase; a right angle keeps it on the circle.
                let [cosine, sine] = if norm > 0.0 { [re / norm, im / norm] } else { [0.0, 1.0] };
                cosines[(channel, k)] = cosine;
                sines[(channel, k)] = sine;
            }
        }
        let sampling = Sampling::new(series.channels().clone(), series.period(), series.time(dropped))?;
        Ok(Self { cosines, sines, sampling })
    }

    /// The angles in radians, in (−π, π].
    ///
    /// # Errors
    /// None that phases once made can raise.
    pub fn angles(&self) -> Result<TimeSeries<Dimensionless>> {
        let angles = self.sines.zip_map(&self.cosines, f64::atan2);
        TimeSeries::new(angles, self.sampling.clone())
    }

    /// Channels, period and start.
    pub fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    /// The phase-locking value of all pairs of channels.
    ///
    /// ```text
    /// PLV_ij = |1/T Σ_t e^(i(φ_i − φ_j))|
    /// ```
    ///
    /// From 0 to 1, which is a constant difference of phases. Of T independent differences it is some √(π/4T).
    ///
    /// # References
    /// Lachaux, Rodriguez, Martinerie & Varela (1999), Hum. Brain Mapp. 8:194.
    #[doc(alias = "PLV")]
    pub fn locking(&self) -> DMatrix<f64> {
        let n = self.cosines.nrows();
        let (c, s) = (self.cosines.transpose(), self.sines.transpose());
        let length = c.nrows();
        let mean = |x: &DMatrix<f64>, i: usize, y: &DMatrix<f64>, j: usize| {
            let at = |of: &DMatrix<f64>, k: usize| of.as_slice()[k * length..(k + 1) * length].to_vec();
            crate::product::dot(&at(x, i), &at(y, j)) / length as f64
        };
        let mut locking = DMatrix::identity(n, n);
        for (i, j) in (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))) {
            let re = mean(&c, i, &c, j) + mean(&s, i, &s, j);
            let im = mean(&s, i, &c, j) - mean(&c, i, &s, j);
            locking[(i, j)] = (re * re + im * im).sqrt().min(1.0);
            locking[(j, i)] = locking[(i, j)];
        }
        locking
    }

    /// The Kuramoto order parameter of every sample.
    ///
    /// ```text
    /// R(t) = |1/N Σ_i e^(iφ_i(t))|
    /// ```
    ///
    /// From 0 to 1, which is all phases alike.
    ///
    /// # Errors
    /// None that phases once made can raise.
    #[doc(alias = "KOP")]
    pub fn order(&self) -> Result<TimeSeries<Dimensionless>> {
        let orders = self.cosines.column_iter().zip(self.sines.column_iter());
        let orders: Vec<f64> = orders.map(|(c, s)| order(c.as_slice(), s.as_slice())).collect();
        TimeSeries::from_samples(orders, self.sampling.with_channels(vec!["order".to_owned()])?)
    }

    /// Mean and variability of the Kuramoto order parameter.
    ///
    /// # Errors
    /// None that phases once made can raise.
    pub fn synchrony(&self) -> Result<Synchrony> {
        let mut spread = Spread::default();
        self.order()?.samples().iter().for_each(|order| spread.add(*order));
        spread.synchrony()
    }
}

fn order(cosines: &[f64], sines: &[f64]) -> f64 {
    let n = cosines.len() as f64;
    let (re, im) = (cosines.iter().sum::<f64>() / n, sines.iter().sum::<f64>() / n);
    (re * re + im * im).sqrt().min(1.0)
}

/// The Hilbert transform of one period of a periodic signal.
fn hilbert(x: &[f64]) -> Result<Vec<f64>> {
    let n = x.len();
    let mut planner = RealFftPlanner::<f64>::new();
    let failed = |error: realfft::FftError| Error::setting("Fourier transform", error.to_string());
    let (mut signal, mut transform) = (x.to_vec(), vec![Complex::default(); n / 2 + 1]);
    planner.plan_fft_forward(n).process(&mut signal, &mut transform).map_err(failed)?;
    for (bin, value) in transform.iter_mut().enumerate() {
        // −i times each; what is its own negative frequency has no turned counterpart.
        let real = bin == 0 || 2 * bin == n;
        *value = if real { Complex::default() } else { Complex::new(value.im, -value.re) / n as f64 };
    }
    planner.plan_fft_inverse(n).process(&mut transform, &mut signal).map_err(failed)?;
    Ok(signal)
}

/// How synchronous phases are over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synchrony {
    /// The mean of the Kuramoto order parameter.
    pub mean: f64,
    /// Its standard deviation over time, with all samples in the denominator: 0 for a synchrony that never
    /// changes.
    ///
    /// Shanahan (2010), Chaos 20:013108, doi:10.1063/1.3305451, has the variance under this name.
    pub metastability: f64,
}

/// Mean and squares of numbers that come one by one.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    n: u64,
    mean: f64,
    squares: f64,
}

impl Spread {
    /// Welford's recurrence.
    fn add(&mut self, value: f64) {
        self.n += 1;
        let before = value - self.mean;
        self.mean += before / self.n as f64;
        self.squares += before * (value - self.mean);
    }

    fn synchrony(&self) -> Result<Synchrony> {
        if self.n == 0 {
            return Err(Error::shape("synchrony", "at least one sample", "none"));
        }
        Ok(Synchrony { mean: self.mean, metastability: (self.squares / self.n as f64).sqrt() })
    }
}

/// Mean and variability of the Kuramoto order parameter, gathered while angles pass by.
///
/// The value is that of [`Phases::synchrony`] to the last bit.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms}, Statistic, TimeSeries};
/// use brainmass_objectives::RunningSynchrony;
/// use nalgebra::dmatrix;
/// use std::f64::consts::PI;
/// // In phase, then opposite.
/// let angles = TimeSeries::<Dimensionless>::unnamed(dmatrix![0.0, 0.0; 0.0, PI], ms(1.0), ms(1.0)).unwrap();
/// let synchrony = RunningSynchrony::new().of(&angles).unwrap();
/// approx::assert_abs_diff_eq!(synchrony.mean, 0.5, epsilon = 1e-15);
/// approx::assert_abs_diff_eq!(synchrony.metastability, 0.5, epsilon = 1e-15);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunningSynchrony;

impl RunningSynchrony {
    /// The synchrony of angles in radians.
    pub fn new() -> Self {
        Self
    }
}

impl Statistic for RunningSynchrony {
    type Input = Dimensionless;
    type Output = Synchrony;
    type Accumulator = SynchronyAccumulator;

    fn accumulator(&self, sources: &Sampling) -> Result<SynchronyAccumulator> {
        Ok(SynchronyAccumulator { channels: sources.channels().clone(), spread: Spread::default() })
    }
}

/// The state machine of [`RunningSynchrony`].
#[derive(Clone, Debug)]
pub struct SynchronyAccumulator {
    channels: Arc<[String]>,
    spread: Spread,
}

impl Accumulator for SynchronyAccumulator {
    type Output = Synchrony;

    fn push(&mut self, samples: &[f64]) -> Result<()> {
        check_block(samples, self.channels.len())?;
        for sample in samples.chunks_exact(self.channels.len()) {
            let cosines: Vec<f64> = sample.iter().map(|angle| Real::cos(*angle)).collect();
            let sines: Vec<f64> = sample.iter().map(|angle| Real::sin(*angle)).collect();
            self.spread.add(order(&cosines, &sines));
        }
        Ok(())
    }

    fn finish(&self) -> Result<Synchrony> {
        self.spread.synchrony()
    }

    fn reset(&mut self) {
        self.spread = Spread::default();
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.position(&mut self.spread.n)?;
        archive.number(&mut self.spread.mean)?;
        archive.number(&mut self.spread.squares)
    }
}
