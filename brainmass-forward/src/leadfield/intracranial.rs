//! Electrodes inside the head: shafts of contacts, in an infinite medium or in a homogeneous sphere.

use std::f64::consts::PI;

use brainmass_core::units::{Meter, SI, SiemensPerMeter, Unit, dimension, show};
use brainmass_core::{Error, Result, check};
use nalgebra::Vector3;

use super::sphere::{InfiniteMedium, SensorLanes};
use super::{Eeg, Frame, OrientedPoints, Points, SphereModel};

/// What is done with a contact close to a dipole, where the potential of a point dipole grows without bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NearField {
    /// A contact nearer than this is an error that names both.
    Refused(Meter),
    /// Within this distance the dipole is a ball with this radius, uniformly polarised: the potential falls to
    /// zero in proportion to the distance, and is that of a point dipole outside.
    Softened(Meter),
}

impl Default for NearField {
    /// Refused below 0.5 mm, about the radius of a sEEG contact.
    fn default() -> Self {
        Self::Refused(Meter::new(0.5e-3))
    }
}

impl NearField {
    /// The radius of the ball, m, once every pair has been checked.
    fn checked(self, dipoles: &OrientedPoints, contacts: &Points) -> Result<f64> {
        let nearest = match self {
            Self::Softened(distance) => {
                check::positive("distance within which dipoles are softened", distance)?;
                return Ok(distance.value_unsafe);
            }
            Self::Refused(distance) => distance,
        };
        check::positive("smallest distance of a contact from a dipole", nearest)?;
        let (sources, least) = (dipoles.points(), nearest.value_unsafe);
        for (dipole, source) in sources.vectors().iter().zip(sources.names().iter()) {
            for (position, contact) in contacts.vectors().iter().zip(contacts.names().iter()) {
                let distance = (position - dipole).norm();
                if distance < least {
                    let what = format!("distance of contact `{contact}` from dipole `{source}`");
                    let requirement = format!("at least {}, unless it is softened", show(nearest));
                    let unit = Unit::of::<dimension::Meter>();
                    return Err(check::out_of_range(&what, distance, unit, &requirement));
                }
            }
        }
        Ok(0.0)
    }
}

/// The lead field of contacts in an infinite homogeneous medium: sEEG or LFP far from any surface.
///
/// ```text
/// V(r) = q·a/(4πσ |a|³),   a = r − r₀
/// ```
///
/// ```
/// use brainmass_core::units::{siemens_per_meter, Meter};
/// use brainmass_forward::{contacts_in_infinite_medium, numbered, NearField, Points};
/// use nalgebra::dmatrix;
/// let dipole = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.0; 0.0]))?.with_orientations(&dmatrix![0.0; 0.0; 1.0])?;
/// let contacts = Points::new(numbered(2), Meter::new(dmatrix![0.0, 0.003; 0.0, 0.0; 0.005, 0.004]))?;
/// let field = contacts_in_infinite_medium(&dipole, &contacts, siemens_per_meter(0.3), NearField::default())?;
/// // 1 nA·m at 5 mm: 10.6 µV along the dipole, four fifths of it at cos θ = 0.8.
/// approx::assert_relative_eq!(field.gain().value_unsafe[(0, 0)] * 1e-9, 10.61e-6, max_relative = 1e-3);
/// approx::assert_relative_eq!(field.gain().value_unsafe[(1, 0)] * 1e-9, 8.488e-6, max_relative = 1e-3);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for contacts in another frame than the dipoles; [`Error::OutOfRange`] for a conductivity not
/// above zero and for contacts that are too near.
#[doc(alias = "sEEG")]
#[doc(alias = "LFP")]
pub fn contacts_in_infinite_medium(
    dipoles: &OrientedPoints,
    contacts: &Points,
    conductivity: SiemensPerMeter,
    near: NearField,
) -> Result<Eeg> {
    check::positive("conductivity", conductivity)?;
    dipoles.points().frame().check("the contacts", contacts.frame())?;
    let closest = near.checked(dipoles, contacts)?;
    let places: Vec<[f64; 3]> = contacts.vectors().iter().map(|position| (*position).into()).collect();
    let factor = 1.0 / (4.0 * PI * conductivity.value_unsafe);
    let gain = SensorLanes::new(1, &places).lead_field(dipoles, |position| InfiniteMedium {
        dipole: (*position).into(),
        factor,
        closest,
    });
    Eeg::new(SI::new(gain), contacts.names().clone(), dipoles.points().names().clone())
}

impl SphereModel {
    /// The lead field of contacts inside a homogeneous sphere: the infinite medium and what its insulating surface
    /// adds, in closed form.
    ///
    /// ```text
    /// 4πσ V/q = a/|a|³ + [ R² b/D² + (r + b)/(R² − r·r₀ + D) ] / R
    /// D = √(R⁴ − 2R² r·r₀ + |r|²|r₀|²),   b = (R² r − |r|² r₀)/D
    /// ```
    ///
    /// It is the gradient with respect to r₀ of Neumann's Green function of the sphere, whose series has the terms
    /// `(n + 1)/n · (|r||r₀|)ⁿ/R²ⁿ⁺¹ Pₙ` beside those of 1/|a|. On the surface it is the lead field of
    /// [`eeg`](Self::eeg); potentials have the same reference.
    ///
    /// # Errors
    /// [`Error::Setting`] for a head of several shells; [`Error::Shape`] for another frame; [`Error::OutOfRange`]
    /// for a dipole not inside, a contact outside, and contacts that are too near.
    pub fn intracranial(&self, dipoles: &OrientedPoints, contacts: &Points, near: NearField) -> Result<Eeg> {
        let n_shells = self.radii().value_unsafe.len();
        if n_shells > 1 {
            let problem = format!("takes a homogeneous sphere, but there are {n_shells} shells");
            return Err(Error::setting("intracranial lead field", problem));
        }
        self.check_dipoles(dipoles)?;
        let r = self.outer();
        let requirement = format!("at most the radius {}", show(Meter::new(r)));
        self.check_distances("contact", contacts, |distance| distance <= r * (1.0 + 1e-6), &requirement)?;
        let closest = near.checked(dipoles, contacts)?;
        let gain = self
            .positions(contacts, |position| position)
            .lead_field(dipoles, |position| self.homogeneous_at(position, closest));
        Eeg::new(SI::new(gain), contacts.names().clone(), dipoles.points().names().clone())
    }
}

/// A sEEG shaft: contacts in a row from the tip outwards, named `A1`, `A2`, … by the letter of the shaft.
///
/// ```
/// use brainmass_core::units::{mm, Meter};
/// use brainmass_forward::Shaft;
/// // Entering from the left, 40 mm deep: the tip is 20 mm left of the midline.
/// let shaft = Shaft { name: "A".to_owned(), entry: Meter::new([-0.06, 0.0, 0.0]), direction: [1.0, 0.0, 0.0],
///     depth: mm(40.0), n_contacts: 8, spacing: mm(3.5) };
/// let contacts = shaft.contacts()?;
/// assert_eq!((contacts.names()[7].as_str(), contacts.names().len()), ("A8", 8));
/// approx::assert_relative_eq!(contacts.positions().value_unsafe[(0, 0)], -0.02);
/// approx::assert_relative_eq!(contacts.positions().value_unsafe[(0, 7)], -0.0445);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "depth electrode")]
pub struct Shaft {
    /// The name, to which the numbers of the contacts are added.
    pub name: String,
    /// Where the shaft enters, in the frame of the head.
    pub entry: Meter<[f64; 3]>,
    /// From the entry to the tip; of any length.
    pub direction: [f64; 3],
    /// From the entry to the middle of the contact at the tip.
    pub depth: Meter,
    /// How many contacts there are.
    pub n_contacts: usize,
    /// From the middle of a contact to that of the next one.
    pub spacing: Meter,
}

impl Shaft {
    /// The middles of the contacts, from the tip outwards.
    ///
    /// # Errors
    /// [`Error::Shape`] without contacts, [`Error::NotFinite`]; [`Error::OutOfRange`] for a direction of length
    /// zero, a depth or spacing not above zero, and a row of contacts longer than the depth.
    pub fn contacts(&self) -> Result<Points> {
        if self.n_contacts == 0 {
            return Err(Error::shape(format!("contacts of shaft `{}`", self.name), "at least one", "none"));
        }
        check::positive(&format!("depth of shaft `{}`", self.name), self.depth)?;
        check::positive(&format!("spacing of shaft `{}`", self.name), self.spacing)?;
        let row = self.spacing * (self.n_contacts - 1) as f64;
        // A millionth for rounding of numbers given in millimetres.
        if row.value_unsafe > self.depth.value_unsafe * (1.0 + 1e-6) {
            let what = format!("length of the {} contacts of shaft `{}`", self.n_contacts, self.name);
            let requirement = format!("at most the depth {}", show(self.depth));
            let unit = Unit::of::<dimension::Meter>();
            return Err(check::out_of_range(&what, row.value_unsafe, unit, &requirement));
        }
        let (entry, direction) = (Vector3::from(self.entry.value_unsafe), Vector3::from(self.direction));
        let length = direction.norm();
        for (place, value) in [("entry", entry.sum()), ("direction", length)] {
            if !value.is_finite() {
                let what = format!("shaft `{}`", self.name);
                return Err(Error::NotFinite { what, place: place.to_owned(), value });
            }
        }
        if length == 0.0 {
            let what = format!("length of the direction of shaft `{}`", self.name);
            return Err(check::out_of_range(&what, length, Unit::DIMENSIONLESS, "above zero"));
        }
        let inwards = direction / length;
        let contact = |k: usize| entry + inwards * (self.depth - self.spacing * k as f64).value_unsafe;
        let names = (1..=self.n_contacts).map(|number| format!("{}{number}", self.name)).collect();
        Points::of_vectors(names, (0..self.n_contacts).map(contact).collect(), Frame::head())
    }
}
