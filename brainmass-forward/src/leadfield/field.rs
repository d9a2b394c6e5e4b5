//! Lead fields: what each sensor records of each source.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Sub;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::{AmpereMeter, Tesla, Volt};
use brainmass_core::units::{Dimension, DipolePerVolt, SI, Unit, dimension};
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, Scalar, check};
use nalgebra::DMatrix;

use super::projection::Projection;
use super::reference::Reference;
use crate::names::{check_count, check_same};

/// A lead field of EEG electrodes.
pub type Eeg = LeadField<Volt>;
/// A lead field of MEG magnetometers.
pub type Meg = LeadField<Tesla>;

/// A lead field: what each sensor records per unit of each source.
///
/// ```text
/// channel_i(t) = Σ_j gain_ij · source_j(t)      the sum runs over sources in ascending order
/// ```
///
/// `U` is what sensors record, volts or teslas. `S` is what a source is measured in: its dipole moment, or
/// its potential after [`of_potentials`](Self::of_potentials). Rows and columns have names, and sources that
/// are others, or in another order, are refused. Linear; zero at rest.
///
/// DIFFERENCE: `gain[(channel, source)]`, as in MNE; the Python library's matrix is transposed. There is no
/// default dipole scale.
///
/// # Example
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms, nanoampere_meter_per_mv, SI}, ObservationModel, Sampling, TimeSeries};
/// use brainmass_forward::Eeg;
/// use nalgebra::dmatrix;
/// let names = |list: [&str; 2]| list.map(str::to_owned).to_vec();
/// let gain = SI::new(dmatrix![1000.0, 0.0; 250.0, 500.0]); // V/(A·m)
/// let eeg = Eeg::new(gain, names(["Cz", "Oz"]), names(["left", "right"]))?;
/// let sampling = Sampling::new(names(["left", "right"]), ms(1.0), ms(1.0))?;
/// let potential = TimeSeries::<Volt>::new(dmatrix![6e-3; 2e-3], sampling)?;
/// // 1 nA·m per mV: 6 and 2 nA·m.
/// let recorded = eeg.of_potentials(nanoampere_meter_per_mv(1.0))?.observe(&potential)?;
/// approx::assert_relative_eq!(recorded.values()[(1, 0)], 2.5e-6, max_relative = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[doc(alias = "gain matrix")]
#[doc(alias = "projection")]
#[doc(alias = "forward solution")]
pub struct LeadField<U, S = AmpereMeter> {
    /// The gains as they were given, a factor, and their product.
    unscaled: Arc<DMatrix<f64>>,
    scale: Scalar,
    gain: Arc<DMatrix<f64>>,
    channels: Arc<[String]>,
    sources: Arc<[String]>,
    by_name: bool,
    pub(super) reference: Reference,
    dimensions: PhantomData<(U, S)>,
}

impl<U, S> LeadField<U, S>
where
    U: Dimension + Sub<S>,
    S: Dimension,
{
    /// A lead field from a matrix of channels × sources and their names.
    ///
    /// # Errors
    /// [`Error::Shape`] if the names do not fit, [`Error::Duplicate`] for one that occurs twice,
    /// [`Error::NotFinite`] for a gain that is not a number; see
    /// [`with_present_channels`](Self::with_present_channels) for absent channels.
    pub fn new(
        gain: SI<DMatrix<f64>, U::Output>,
        channels: impl Into<Arc<[String]>>,
        sources: impl Into<Arc<[String]>>,
    ) -> Result<Self> {
        let field = Self::unchecked(gain.value_unsafe, channels.into(), sources.into())?;
        match field.gain.iter().position(|gain| !gain.is_finite()) {
            None => Ok(field),
            Some(index) => {
                let (row, column) = field.gain.vector_to_matrix_index(index);
                let place = format!("channel `{}`, source `{}`", field.channels[row], field.sources[column]);
                Err(Error::NotFinite { what: "lead field".to_owned(), place, value: field.gain[index] })
            }
        }
    }

    /// A lead field from a matrix in which rows of absent channels hold NaN: without those rows, and the names
    /// of their channels.
    ///
    /// ```
    /// use brainmass_core::units::SI;
    /// use brainmass_forward::{numbered, Eeg};
    /// use nalgebra::dmatrix;
    /// let gain = SI::new(dmatrix![1.0, 2.0; f64::NAN, f64::NAN; 3.0, 4.0]);
    /// let channels = ["Fz", "Iz", "Oz"].map(str::to_owned).to_vec();
    /// let (eeg, absent) = Eeg::with_present_channels(gain, channels, numbered(2))?;
    /// assert_eq!((eeg.channels().join(" "), absent.join(" ")), ("Fz Oz".to_owned(), "Iz".to_owned()));
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Shape`] if no channel is left.
    pub fn with_present_channels(
        gain: SI<DMatrix<f64>, U::Output>,
        channels: impl Into<Arc<[String]>>,
        sources: impl Into<Arc<[String]>>,
    ) -> Result<(Self, Vec<String>)> {
        let raw = Self::unchecked(gain.value_unsafe, channels.into(), sources.into())?;
        let is_present = |row: &usize| raw.gain.row(*row).iter().all(|gain| !gain.is_nan());
        let (present, absent): (Vec<usize>, Vec<usize>) = (0..raw.channels.len()).partition(is_present);
        let names = |rows: &[usize]| rows.iter().map(|row| raw.channels[*row].clone()).collect::<Vec<_>>();
        if present.is_empty() {
            let found = format!("NaN in all {} rows", absent.len());
            return Err(Error::shape("lead field", "at least one present channel", found));
        }
        let field = Self::new(SI::new(raw.gain.select_rows(&present)), names(&present), raw.sources.clone())?;
        Ok((field, names(&absent)))
    }

    /// A lead field from a matrix in which rows of absent channels hold NaN: with those rows set to zero, and the
    /// names of their channels. An absent channel then records nothing, whatever the sources do.
    ///
    /// # Errors
    /// As [`with_present_channels`](Self::with_present_channels).
    pub fn with_silent_channels(
        gain: SI<DMatrix<f64>, U::Output>,
        channels: impl Into<Arc<[String]>>,
        sources: impl Into<Arc<[String]>>,
    ) -> Result<(Self, Vec<String>)> {
        let (channels, sources, mut gain) = (channels.into(), sources.into(), gain.value_unsafe);
        let (_, absent) =
            Self::with_present_channels(SI::new(gain.clone()), channels.clone(), sources.clone())?;
        for (mut row, channel) in gain.row_iter_mut().zip(channels.iter()) {
            if absent.contains(channel) {
                row.fill(0.0);
            }
        }
        Ok((Self::new(SI::new(gain), channels, sources)?, absent))
    }

    fn unchecked(gain: DMatrix<f64>, channels: Arc<[String]>, sources: Arc<[String]>) -> Result<Self> {
        if gain.is_empty() || gain.shape() != (channels.len(), sources.len()) {
            let expected = format!("{} channels × {} sources, at least one", channels.len(), sources.len());
            return Err(Error::shape("lead field", expected, format!("{} × {}", gain.nrows(), gain.ncols())));
        }
        check::unique("channels of the lead field", &channels)?;
        check::unique("sources of the lead field", &sources)?;
        let (unscaled, scale) = (Arc::new(gain), Scalar::new("gain_scale", Unit::DIMENSIONLESS, 1.0));
        let gain = unscaled.clone();
        Ok(Self {
            unscaled,
            scale,
            gain,
            channels,
            sources,
            by_name: true,
            reference: Reference::Infinity,
            dimensions: PhantomData,
        })
    }

    /// The gains, channels × sources.
    pub fn gain(&self) -> SI<&DMatrix<f64>, U::Output> {
        SI::new(&self.gain)
    }

    /// The lead field of other sources, each a sum of these: gain · weights.
    pub(super) fn combined(&self, weights: &DMatrix<f64>, sources: Arc<[String]>) -> Result<Self> {
        let mut gain = Vec::new();
        Projection::new(&self.gain).apply(weights.as_slice(), &mut gain);
        let gain = DMatrix::from_vec(self.gain.nrows(), weights.ncols(), gain);
        let combined = Self::new(SI::new(gain), self.channels.clone(), sources)?;
        Ok(Self { reference: self.reference.clone(), ..combined })
    }
}

impl<U, S> LeadField<U, S> {
    /// The names of the channels, one per row.
    pub fn channels(&self) -> &Arc<[String]> {
        &self.channels
    }

    /// The names of the sources, one per column.
    pub fn sources(&self) -> &Arc<[String]> {
        &self.sources
    }

    /// The same for sources whose number fits but whose names are not looked at.
    ///
    /// Use it where names are known to differ and the order to agree.
    #[must_use]
    pub fn ignoring_names(mut self) -> Self {
        self.by_name = false;
        self
    }

    /// The factor of all gains.
    pub(super) fn scale(&self) -> &Scalar {
        &self.scale
    }

    /// The gains without the factor.
    pub(super) fn unscaled(&self) -> &DMatrix<f64> {
        &self.unscaled
    }

    /// The same with another factor of all gains.
    pub(super) fn with_scale(&self, value: f64) -> Result<Self> {
        if !value.is_finite() {
            return Err(Error::NotFinite {
                what: "lead field".to_owned(),
                place: self.scale.name.clone(),
                value,
            });
        }
        let mut scaled = self.clone();
        scaled.scale.value = value;
        let same = value == 1.0;
        scaled.gain = if same { self.unscaled.clone() } else { Arc::new(self.unscaled.as_ref() * value) };
        Ok(scaled)
    }

    fn check_sources(&self, sources: &Sampling) -> Result<()> {
        let (what, found) = ("sources of the lead field", sources.channels());
        if self.by_name {
            check_same(what, &self.sources, found)
        } else {
            check_count(what, self.sources.len(), found.len())
        }
    }
}

impl<U> LeadField<U, AmpereMeter> {
    /// The lead field of source potentials: each volt stands for so much dipole moment.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a scale that is not finite.
    pub fn of_potentials(&self, scale: DipolePerVolt) -> Result<LeadField<U, Volt>> {
        LeadField {
            unscaled: self.gain.clone(),
            scale: Scalar::new("dipole_scale", Unit::of::<dimension::DipolePerVolt>(), 1.0),
            gain: self.gain.clone(),
            channels: self.channels.clone(),
            sources: self.sources.clone(),
            by_name: self.by_name,
            reference: self.reference.clone(),
            dimensions: PhantomData,
        }
        .with_scale(scale.value_unsafe)
    }
}

impl<U, S> Clone for LeadField<U, S> {
    fn clone(&self) -> Self {
        Self {
            unscaled: self.unscaled.clone(),
            scale: self.scale.clone(),
            gain: self.gain.clone(),
            channels: self.channels.clone(),
            sources: self.sources.clone(),
            by_name: self.by_name,
            reference: self.reference.clone(),
            dimensions: PhantomData,
        }
    }
}

impl<U, S> fmt::Debug for LeadField<U, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (channels, sources) = (&self.channels, &self.sources);
        f.debug_struct("LeadField")
            .field("channels", channels)
            .field("sources", sources)
            .finish_non_exhaustive()
    }
}

impl<U: Dimension, S: Dimension> ObservationModel for LeadField<U, S> {
    type Input = S;
    type Output = U;
    type Observer = LeadFieldObserver;

    fn observer(&self, sources: &Sampling) -> Result<LeadFieldObserver> {
        self.check_sources(sources)?;
        Ok(LeadFieldObserver {
            gain: Arc::new(Projection::new(&self.gain)),
            sampling: sources.with_channels(self.channels.clone())?,
        })
    }
}

/// The state machine of [`LeadField`], which has no state but its gains.
#[derive(Clone, Debug)]
pub struct LeadFieldObserver {
    gain: Arc<Projection>,
    sampling: Sampling,
}

impl Observer for LeadFieldObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        check_block(sources, self.gain.n_sources())?;
        self.gain.apply(sources, channels);
        Ok(())
    }

    fn reset(&mut self) {}

    fn archive(&mut self, _: &mut Archive) -> Result<()> {
        Ok(())
    }
}
