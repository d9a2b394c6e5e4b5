//! Band-pass filtering and z-scoring, as BOLD is prepared before it is correlated.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Dimension, Hertz, Second, Unit, dimension, show};
use brainmass_core::{Error, Real, Result, TimeSeries, check};
use nalgebra::{Complex, DMatrix};

use crate::correlation::standardize;

/// A Butterworth band-pass that runs forwards and backwards, so that it moves nothing in time.
///
/// ```text
/// gain(f) = 1 / (1 + ((w² − w₁w₂) / ((w₂ − w₁) w))^(2n)),   w = 2 tan(π f · period)
/// ```
///
/// That is the square of what a single pass does: one half at both ends of the band. Each direction is a
/// cascade of n sections of second order.
///
/// The ends: the series is continued on both sides by its odd reflection (turned around the first and the
/// last sample) over one period of the lower end of the band, or what there is, and the filter starts as if
/// the first of those had been there for ever. What is within a period or two of an end is still half made
/// up; [`apply_without_edges`](Self::apply_without_edges) drops it.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, hz, s}, TimeSeries};
/// use brainmass_objectives::BandPass;
/// use nalgebra::DMatrix;
/// // 0.04 Hz on an offset and a slow drift.
/// let wave = |_, t: usize| (std::f64::consts::TAU * 0.04 * t as f64).sin() + 100.0 + 1e-3 * t as f64;
/// let bold = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_fn(1, 1200, wave), s(1.0), s(1.0)).unwrap();
/// let filtered = BandPass::new(2, hz(0.01), hz(0.1)).unwrap().apply_without_edges(&bold, s(200.0)).unwrap();
/// assert_eq!((filtered.n_samples(), filtered.start()), (800, s(201.0)));
/// let wave = |t: usize| (std::f64::consts::TAU * 0.04 * (200 + t) as f64).sin();
/// for t in 0..800 {
///     approx::assert_abs_diff_eq!(filtered.values()[t], wave(t), epsilon = 0.01);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "filtfilt")]
#[doc(alias = "butter")]
pub struct BandPass {
    order: usize,
    from: Hertz,
    to: Hertz,
}

/// One section: b₀ (1 − z⁻²) / (1 + a₁ z⁻¹ + a₂ z⁻²).
#[derive(Clone, Copy, Debug)]
struct Section {
    b0: f64,
    a1: f64,
    a2: f64,
}

impl BandPass {
    /// The filter of an order, 1 to 8 (of the low-pass it is made from, as `scipy.signal.butter` counts),
    /// between two frequencies.
    ///
    /// # Errors
    /// [`Error::Shape`] for another order, [`Error::OutOfRange`] for frequencies that are not positive and
    /// ascending.
    pub fn new(order: usize, from: Hertz, to: Hertz) -> Result<Self> {
        if !(1..=8).contains(&order) {
            return Err(Error::shape("band-pass", "an order from 1 to 8", order.to_string()));
        }
        check::positive("lower end of the band", from)?;
        check::positive("upper end of the band", to)?;
        if to <= from {
            let unit = Unit::of::<dimension::Hertz>();
            let requirement = format!("above the lower end, {}", show(from));
            return Err(check::out_of_range("upper end of the band", to.value_unsafe, unit, &requirement));
        }
        Ok(Self { order, from, to })
    }

    /// What the amplitude of a frequency is multiplied by, at a sampling period.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if the band reaches half the sampling frequency.
    pub fn gain(&self, frequency: Hertz, period: Second) -> Result<f64> {
        let [low, high] = self.warped(period)?;
        let w = warp(frequency, period);
        let detuning = (w * w - low * high) / ((high - low) * w);
        Ok(1.0 / (1.0 + (detuning * detuning).powi(i32::try_from(self.order).unwrap_or(i32::MAX))))
    }

    /// The filtered series.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if the band reaches half the sampling frequency, [`Error::Shape`] for less than
    /// two samples.
    pub fn apply<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<TimeSeries<U>> {
        let n = series.n_samples();
        if n < 2 {
            return Err(Error::shape("series to be filtered", "at least 2 samples", n.to_string()));
        }
        let sections = self.sections(series.period())?;
        let longest = 1.0 / (self.from.value_unsafe * series.period().value_unsafe);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, then bounded"
        )]
        let padding = (longest.ceil() as usize).min(n - 1);
        let mut values = series.values().transpose();
        for mut channel in values.column_iter_mut() {
            let (first, last) = (channel[0], channel[n - 1]);
            let before = (1..=padding).rev().map(|k| 2.0 * first - channel[k]);
            let after = (1..=padding).map(|k| 2.0 * last - channel[n - 1 - k]);
            let mut padded: Vec<f64> = before.chain(channel.iter().copied()).chain(after).collect();
            for _ in 0..2 {
                cascade(&sections, &mut padded);
                padded.reverse();
            }
            channel.copy_from_slice(&padded[padding..padding + n]);
        }
        TimeSeries::new(values.transpose(), series.sampling().clone())
    }

    /// The filtered series without its first and last samples, as much time at either end.
    ///
    /// # Errors
    /// Those of [`apply`](Self::apply); [`Error::NotMultiple`] if the edge is no whole number of samples;
    /// [`Error::Shape`] if nothing is left.
    pub fn apply_without_edges<U: Dimension>(
        &self,
        series: &TimeSeries<U>,
        edge: Second,
    ) -> Result<TimeSeries<U>> {
        let dropped = check::steps("edge", edge, "the sampling period", series.period())?;
        let n = series.n_samples();
        if dropped.saturating_mul(2) >= n {
            let found = format!("{n} samples, of which {dropped} are dropped at both ends");
            return Err(Error::shape("series to be filtered", "samples between the edges", found));
        }
        let filtered = self.apply(series)?;
        let kept = filtered.values().columns(dropped, n - 2 * dropped).into_owned();
        let sampling = series.sampling();
        let sampling = brainmass_core::Sampling::new(
            sampling.channels().clone(),
            sampling.period(),
            series.time(dropped),
        )?;
        TimeSeries::new(kept, sampling)
    }

    /// The ends of the band as the bilinear transform needs them.
    fn warped(&self, period: Second) -> Result<[f64; 2]> {
        let highest = 0.5 / period.value_unsafe;
        if self.to.value_unsafe >= highest {
            let requirement = format!("below half the sampling frequency, {}", show(Hertz::new(highest)));
            let unit = Unit::of::<dimension::Hertz>();
            return Err(check::out_of_range(
                "upper end of the band",
                self.to.value_unsafe,
                unit,
                &requirement,
            ));
        }
        Ok([warp(self.from, period), warp(self.to, period)])
    }

    /// The sections at a sampling period, each with gain one in the middle of the band.
    fn sections(&self, period: Second) -> Result<Vec<Section>> {
        let [low, high] = self.warped(period)?;
        let (width, square) = (high - low, low * high);
        // z = (2 + s)/(2 − s) of s = i w₀.
        let middle = bilinear(Complex::new(0.0, square.sqrt()));
        let mut sections = Vec::with_capacity(self.order);
        for k in 0..self.order.div_ceil(2) {
            // The poles of the low-pass on the unit circle, the left half, from the top to the real axis.
            let angle = std::f64::consts::PI * (2 * k + 1) as f64 / (2 * self.order) as f64;
            let is_real = 2 * k + 1 == self.order;
            let pole = if is_real {
                Complex::new(-1.0, 0.0)
            } else {
                Complex::new(-Real::sin(angle), Real::cos(angle))
            };
            // s² − width · p s + w₁w₂ = 0.
            let half = pole * (0.5 * width);
            let root = square_root(half * half - square);
            let [one, other] = [bilinear(half + root), bilinear(half - root)];
            if is_real {
                sections.push(Section::new(one, other, middle));
            } else {
                sections.push(Section::new(one, one.conj(), middle));
                sections.push(Section::new(other, other.conj(), middle));
            }
        }
        Ok(sections)
    }
}

impl Section {
    /// With two poles that are real or conjugate.
    fn new(one: Complex<f64>, other: Complex<f64>, middle: Complex<f64>) -> Self {
        let at_middle = (middle * middle - 1.0) / ((middle - one) * (middle - other));
        Self { b0: 1.0 / at_middle.norm_sqr().sqrt(), a1: -(one + other).re, a2: (one * other).re }
    }
}

/// 2 tan(π f · period).
fn warp(frequency: Hertz, period: Second) -> f64 {
    let angle = std::f64::consts::PI * frequency.value_unsafe * period.value_unsafe;
    2.0 * Real::sin(angle) / Real::cos(angle)
}

fn bilinear(s: Complex<f64>) -> Complex<f64> {
    (s + 2.0) / (-s + 2.0)
}

/// The root with a real part that is not negative.
fn square_root(z: Complex<f64>) -> Complex<f64> {
    let norm = z.norm_sqr().sqrt();
    let (re, im) = ((0.5 * (norm + z.re)).max(0.0).sqrt(), (0.5 * (norm - z.re)).max(0.0).sqrt());
    Complex::new(re, im.copysign(z.im))
}

/// One pass in place. The first section starts where a constant input has left it: with output zero.
fn cascade(sections: &[Section], signal: &mut [f64]) {
    for (index, section) in sections.iter().enumerate() {
        let rest = if index == 0 { -section.b0 * signal[0] } else { 0.0 };
        let mut state = [rest, rest];
        for value in &mut *signal {
            let input = section.b0 * *value;
            let output = input + state[0];
            state = [state[1] - section.a1 * output, -input - section.a2 * output];
            *value = output;
        }
    }
}

/// Each channel without its mean, in units of its standard deviation (with all samples in the denominator).
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, s}, TimeSeries};
/// use brainmass_objectives::z_scored;
/// use nalgebra::dmatrix;
/// let series = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 3.0, 1.0, 3.0], s(1.0), s(1.0)).unwrap();
/// approx::assert_relative_eq!(z_scored(&series).unwrap().values(), &dmatrix![-1.0, 1.0, -1.0, 1.0]);
/// ```
///
/// # Errors
/// [`Error::Constant`] with the channel, [`Error::Shape`] for less than two samples.
#[doc(alias = "zscore")]
pub fn z_scored<U: Dimension>(series: &TimeSeries<U>) -> Result<TimeSeries<Dimensionless>> {
    let mut values: DMatrix<f64> = series.values().transpose();
    let deviations = (series.n_samples() as f64).sqrt();
    for (mut column, channel) in values.column_iter_mut().zip(series.channels().iter()) {
        standardize(column.as_mut_slice(), "z-score", channel)?;
        column *= deviations;
    }
    TimeSeries::new(values.transpose(), series.sampling().clone())
}
