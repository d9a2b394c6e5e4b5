//! Spherical heads: what electrodes and coils record of dipoles.

mod berg_scherg;
mod homogeneous;
mod lanes;
mod sarvas;
mod shells;

use std::f64::consts::PI;

use brainmass_core::units::{Meter, SI, SiemensPerMeter, Unit, dimension, show};
use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, Vector3};

use super::{Eeg, Frame, OrientedPoints, Points, RigidTransform};
use berg_scherg::BergScherg;
pub(super) use homogeneous::{HomogeneousSphere, InfiniteMedium};
pub(super) use lanes::SensorLanes;
pub(super) use sarvas::Sarvas;
use shells::ShellSeries;

/// A spherical head: a homogeneous sphere, or concentric shells with conductivities of their own.
///
/// It stands at the origin of the [frame](Frame) of the head unless [`centred_at`](Self::centred_at) and
/// [`in_frame`](Self::in_frame) say otherwise. Dipoles lie inside the innermost shell.
///
/// | | formula | error |
/// |---|---|---|
/// | [`eeg`](Self::eeg), homogeneous | closed form | rounding |
/// | [`eeg`](Self::eeg), shells | Legendre series | at most 1e-10 of the dipole's largest potential, proven |
/// | [`eeg_by_stand_ins`](Self::eeg_by_stand_ins) | three dipoles in a homogeneous sphere | see there |
/// | [`meg`](Self::meg) | Sarvas' closed form | rounding |
/// | [`intracranial`](Self::intracranial), homogeneous | closed form | rounding |
///
/// # Example
/// ```
/// use brainmass_core::units::{mm, Meter};
/// use brainmass_forward::{numbered, Points, SphereModel};
/// use nalgebra::dmatrix;
/// let dipole = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.0; 0.07]))?.radially_oriented()?;
/// let vertex = Points::new(vec!["Cz".to_owned()], Meter::new(dmatrix![0.0; 0.0; 0.09]))?;
/// // 10 nA·m above the electrode: 13.397 µV in a homogeneous sphere, 3.492 µV under a skull.
/// let microvolts = |head: SphereModel| Ok(head.eeg(&dipole, &vertex)?.gain().value_unsafe[(0, 0)] * 10e-9 * 1e6);
/// let homogeneous = SphereModel::homogeneous(mm(90.0), brainmass_core::units::siemens_per_meter(0.33))?;
/// approx::assert_relative_eq!(microvolts(homogeneous)?, 13.39688, max_relative = 1e-6);
/// approx::assert_relative_eq!(microvolts(SphereModel::four_shells(mm(90.0))?)?, 3.492003, max_relative = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Brody, Terry & Ideker (1973), IEEE Trans. Biomed. Eng. 20:141, doi:10.1109/TBME.1973.324175; Zhang (1995),
/// Phys. Med. Biol. 40:335, doi:10.1088/0031-9155/40/3/001; Mosher, Leahy & Lewis (1999), IEEE Trans. Biomed.
/// Eng. 46:245, doi:10.1109/10.748978; Sarvas (1987), Phys. Med. Biol. 32:11, doi:10.1088/0031-9155/32/1/004.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "spherical head model")]
#[doc(alias = "concentric spheres")]
pub struct SphereModel {
    frame: Frame,
    centre: Vector3<f64>,
    /// Outer radii from the innermost shell on, m.
    radii: Vec<f64>,
    /// S/m.
    conductivities: Vec<f64>,
}

impl SphereModel {
    /// One conductivity throughout.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a radius or conductivity that is not above zero.
    pub fn homogeneous(radius: Meter, conductivity: SiemensPerMeter) -> Result<Self> {
        let (radius, conductivity) = (radius.value_unsafe, conductivity.value_unsafe);
        Self::shells(Meter::new(vec![radius]), SiemensPerMeter::new(vec![conductivity]))
    }

    /// Shells from the innermost outwards, each with its outer radius and its conductivity.
    ///
    /// # Errors
    /// [`Error::Shape`] without shells or for lists of different lengths; [`Error::OutOfRange`] for radii that do
    /// not rise and for what is not above zero.
    pub fn shells(radii: Meter<Vec<f64>>, conductivities: SiemensPerMeter<Vec<f64>>) -> Result<Self> {
        let (radii, conductivities) = (radii.value_unsafe, conductivities.value_unsafe);
        if radii.is_empty() || radii.len() != conductivities.len() {
            let found = format!("{} radii, {} conductivities", radii.len(), conductivities.len());
            return Err(Error::shape("shells", "as many radii as conductivities, at least one", found));
        }
        for (shell, (&radius, &conductivity)) in radii.iter().zip(&conductivities).enumerate() {
            check::positive(&format!("radius of shell {shell}"), Meter::new(radius))?;
            check::positive(&format!("conductivity of shell {shell}"), SiemensPerMeter::new(conductivity))?;
            if shell > 0 && radius <= radii[shell - 1] {
                let inner = format!("above that of the shell inside, {}", show(Meter::new(radii[shell - 1])));
                let what = format!("radius of shell {shell}");
                return Err(check::out_of_range(&what, radius, Unit::of::<dimension::Meter>(), &inner));
            }
        }
        Ok(Self { frame: Frame::default(), centre: Vector3::zeros(), radii, conductivities })
    }

    /// Brain, cerebrospinal fluid, skull and scalp to 0.90, 0.92, 0.97 and 1 of the radius, with 0.33, 1, 0.004 and
    /// 0.33 S/m: the default of MNE-Python's `make_sphere_model`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a radius that is not above zero.
    pub fn four_shells(radius: Meter) -> Result<Self> {
        Self::scaled(radius, &[0.90, 0.92, 0.97, 1.0], &[0.33, 1.0, 0.004, 0.33])
    }

    /// Brain, skull and scalp to 0.87, 0.92 and 1 of the radius, the skull at an eightieth of the brain's and the
    /// scalp's 0.33 S/m.
    ///
    /// Rush & Driscoll (1969), IEEE Trans. Biomed. Eng. 16:15, doi:10.1109/TBME.1969.4502598: radii of 8.0, 8.5 and
    /// 9.2 cm and the ratio of 80. The brain's conductivity is that of [`four_shells`](Self::four_shells).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a radius that is not above zero.
    pub fn rush_driscoll(radius: Meter) -> Result<Self> {
        Self::scaled(radius, &[0.87, 0.92, 1.0], &[0.33, 0.33 / 80.0, 0.33])
    }

    fn scaled(radius: Meter, parts: &[f64], conductivities: &[f64]) -> Result<Self> {
        check::positive("radius of the head", radius)?;
        let radii = parts.iter().map(|part| part * radius.value_unsafe).collect();
        Self::shells(Meter::new(radii), SiemensPerMeter::new(conductivities.to_vec()))
    }

    /// The same around another place.
    ///
    /// # Errors
    /// [`Error::NotFinite`].
    pub fn centred_at(mut self, centre: Meter<[f64; 3]>) -> Result<Self> {
        check::finite("centre of the sphere", &DMatrix::from_column_slice(3, 1, &centre.value_unsafe))?;
        self.centre = Vector3::from(centre.value_unsafe);
        Ok(self)
    }

    /// The same, its centre taken to be measured in a frame.
    #[must_use]
    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// The same sphere, measured in another frame.
    ///
    /// # Errors
    /// [`Error::Shape`] if it does not stand where the transform leads from.
    pub fn moved(&self, transform: &RigidTransform) -> Result<Self> {
        transform.from().check("the sphere to move", &self.frame)?;
        let (frame, centre) = (transform.to().clone(), transform.position(&self.centre));
        Ok(Self { frame, centre, ..self.clone() })
    }

    /// The outer radii from the innermost shell on.
    pub fn radii(&self) -> Meter<&[f64]> {
        Meter::new(&self.radii)
    }

    /// The conductivities from the innermost shell on.
    pub fn conductivities(&self) -> SiemensPerMeter<&[f64]> {
        SiemensPerMeter::new(&self.conductivities)
    }

    /// The frame it stands in.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The radius of the head.
    pub fn radius(&self) -> Meter {
        Meter::new(self.outer())
    }

    pub(super) fn outer(&self) -> f64 {
        self.radii[self.radii.len() - 1]
    }

    /// The place on the surface in a direction from the centre, a unit vector; or as far outside as it is longer.
    pub(super) fn on_surface(&self, direction: &Vector3<f64>) -> Vector3<f64> {
        self.centre + direction * self.outer()
    }

    /// A position relative to the centre.
    pub(super) fn inside(&self, position: &Vector3<f64>) -> [f64; 3] {
        (position - self.centre).into()
    }

    /// The EEG lead field: potentials on the surface whose mean over the whole sphere is zero.
    ///
    /// Electrodes lie on the surface, to a millionth of the radius. A homogeneous sphere has the closed form
    ///
    /// ```text
    /// V(r) = q/(4πσ) · [ 2 a/|a|³ + (r + R a/|a|) / (R (R² − r·r₀ + R |a|)) ],   a = r − r₀, |r| = R
    /// ```
    ///
    /// and shells a Legendre series. It has as many terms as keep what is left out below 1e-10 of the dipole's
    /// largest potential over the sphere by a strict bound, which rises with the eccentricity: some 30 at half the
    /// radius, 130 at 0.8.
    ///
    /// # Errors
    /// [`Error::Shape`] for dipoles or electrodes in another frame; [`Error::OutOfRange`] for a dipole not inside
    /// the innermost shell, or so near its edge at the surface that 100 000 terms do not do, and for an electrode
    /// not on the surface.
    pub fn eeg(&self, dipoles: &OrientedPoints, electrodes: &Points) -> Result<Eeg> {
        self.check_eeg(dipoles, electrodes)?;
        if self.radii.len() == 1 {
            let sensors = self.positions(electrodes, |position| position);
            let gain = sensors.lead_field(dipoles, |position| self.homogeneous_at(position, 0.0));
            return Self::named(gain, dipoles, electrodes);
        }
        let sensors = self.positions(electrodes, |position| position.normalize());
        let polar = |position: &Vector3<f64>| {
            let from_centre = position - self.centre;
            let distance = from_centre.norm();
            // In the centre all directions are alike.
            let direction = if distance > 0.0 { from_centre / distance } else { Vector3::z() };
            (direction, distance / self.outer())
        };
        let largest = dipoles.points().vectors().iter().map(|position| polar(position).1).fold(0.0, f64::max);
        let series = ShellSeries::new(&self.radii, &self.conductivities, largest).ok_or_else(|| {
            let requirement = "smaller, for the series to need at most 100000 terms";
            check::out_of_range("largest eccentricity", largest, Unit::DIMENSIONLESS, requirement)
        })?;
        let gain = sensors.lead_field(dipoles, |position| {
            let (direction, rho) = polar(position);
            series.at(direction.into(), rho)
        });
        Self::named(gain, dipoles, electrodes)
    }

    /// The EEG lead field of shells from three dipoles in a homogeneous sphere for each: faster than the series.
    ///
    /// Their places and moments are fitted to the weights of the series' degrees, the same numbers each time.
    /// Degree 1 is exact, so that a dipole in the centre is. In the head of [`four_shells`](Self::four_shells),
    /// errors stay below 0.2 % of the dipole's largest potential up to 0.78 of the radius.
    ///
    /// # References
    /// Berg & Scherg (1994), Electroenceph. Clin. Neurophysiol. 90:58, doi:10.1016/0013-4694(94)90113-9; Zhang
    /// (1995), doi:10.1088/0031-9155/40/3/001, with the weights that MNE-Python has.
    ///
    /// # Errors
    /// As [`eeg`](Self::eeg), without that about terms.
    #[doc(alias = "Berg–Scherg")]
    pub fn eeg_by_stand_ins(&self, dipoles: &OrientedPoints, electrodes: &Points) -> Result<Eeg> {
        if self.radii.len() == 1 {
            return self.eeg(dipoles, electrodes);
        }
        self.check_eeg(dipoles, electrodes)?;
        let fit = BergScherg::fitted(&self.radii, &self.conductivities);
        let (radius, conductivity) = (self.outer(), self.conductivities[self.radii.len() - 1]);
        let sensors = self.positions(electrodes, |position| position.normalize() * radius);
        let gain =
            sensors.lead_field(dipoles, |position| fit.at(self.inside(position), radius, conductivity));
        Self::named(gain, dipoles, electrodes)
    }

    /// The dipoles of [`eeg_by_stand_ins`](Self::eeg_by_stand_ins).
    pub fn stand_ins(&self) -> StandIns {
        let BergScherg { mu, lambda, residual } = BergScherg::fitted(&self.radii, &self.conductivities);
        StandIns { eccentricities: mu, moments: lambda, residual }
    }

    /// A dipole in the homogeneous sphere.
    pub(super) fn homogeneous_at(&self, position: &Vector3<f64>, closest: f64) -> HomogeneousSphere {
        let factor = 1.0 / (4.0 * PI * self.conductivities[0]);
        let primary = InfiniteMedium { dipole: self.inside(position), factor, closest };
        HomogeneousSphere { primary, radius: self.outer() }
    }

    pub(super) fn positions(
        &self,
        points: &Points,
        placed: impl Fn(Vector3<f64>) -> Vector3<f64>,
    ) -> SensorLanes<3> {
        let places = points.vectors().iter().map(|position| placed(position - self.centre).into());
        SensorLanes::new(1, &places.collect::<Vec<_>>())
    }

    fn named(gain: DMatrix<f64>, dipoles: &OrientedPoints, electrodes: &Points) -> Result<Eeg> {
        Eeg::new(SI::new(gain), electrodes.names().clone(), dipoles.points().names().clone())
    }

    fn check_eeg(&self, dipoles: &OrientedPoints, electrodes: &Points) -> Result<()> {
        self.check_dipoles(dipoles)?;
        let r = self.outer();
        let on_surface = |distance: f64| (distance - r).abs() <= 1e-6 * r;
        self.check_distances(
            "electrode",
            electrodes,
            on_surface,
            &format!("the radius {}", show(Meter::new(r))),
        )
    }

    /// Checks that dipoles are inside the innermost shell.
    pub(super) fn check_dipoles(&self, dipoles: &OrientedPoints) -> Result<()> {
        let r = self.radii[0];
        let requirement = format!("below the radius {}", show(Meter::new(r)));
        self.check_distances("dipole", dipoles.points(), |distance| distance < r, &requirement)
    }

    /// Checks the frame of points and each one's distance from the centre, in metres.
    pub(super) fn check_distances(
        &self,
        what: &str,
        points: &Points,
        fits: impl Fn(f64) -> bool,
        requirement: &str,
    ) -> Result<()> {
        self.frame.check(&format!("the {what}s"), points.frame())?;
        for (position, name) in points.vectors().iter().zip(points.names().iter()) {
            let distance = (position - self.centre).norm();
            if !fits(distance) {
                let what = format!("distance of {what} `{name}` from the centre of the sphere");
                let unit = Unit::of::<dimension::Meter>();
                return Err(check::out_of_range(&what, distance, unit, requirement));
            }
        }
        Ok(())
    }
}

/// The three dipoles that stand in for one in shells: see [`SphereModel::eeg_by_stand_ins`].
///
/// ```
/// use brainmass_core::units::mm;
/// use brainmass_forward::SphereModel;
/// let stand_ins = SphereModel::four_shells(mm(90.0))?.stand_ins();
/// approx::assert_relative_eq!(stand_ins.moments[0], 0.13818, max_relative = 1e-3);
/// assert!(stand_ins.residual < 5e-5);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandIns {
    /// Where they are, as parts of the dipole's distance from the centre: μ of Berg and Scherg.
    pub eccentricities: [f64; 3],
    /// Their parts of the dipole's moment: λ.
    pub moments: [f64; 3],
    /// What the fit leaves of the weighted sum of squares of the series' weights.
    pub residual: f64,
}
