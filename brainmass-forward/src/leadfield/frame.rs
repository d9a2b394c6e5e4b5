//! Coordinate frames by name, and the way from one to another.

use std::fmt;
use std::sync::Arc;

use brainmass_core::units::Meter;
use brainmass_core::{Error, Result};
use nalgebra::{Matrix3, Vector3};

/// The name of a coordinate frame: what positions are measured from, and along which axes.
///
/// Positions in different frames do not mix: a sphere, its dipoles and its sensors must name the same one. The
/// default is [`head`](Self::head).
///
/// ```
/// use brainmass_forward::Frame;
/// assert_eq!(Frame::default(), Frame::head());
/// assert_eq!(Frame::named("scanner").to_string(), "scanner");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "coordinate system")]
pub struct Frame(Arc<str>);

impl Frame {
    /// The head: x to the right, y to the nose, z up, as in MNE and the Neuromag convention.
    pub fn head() -> Self {
        Self::named("head")
    }

    /// The axes of TVB's connectomes and sensor files: x to the nose, y to the left, z up.
    pub fn tvb() -> Self {
        Self::named("tvb")
    }

    /// Any other frame.
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Checks that something lies in this frame.
    pub(super) fn check(&self, what: &str, found: &Self) -> Result<()> {
        if self == found {
            return Ok(());
        }
        Err(Error::shape(format!("frame of {what}"), format!("`{self}`"), format!("`{found}`")))
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self::head()
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A rotation and a shift that carry positions from one frame to another.
///
/// ```text
/// r' = R r + s
/// ```
///
/// ```
/// use brainmass_core::units::Meter;
/// use brainmass_forward::{numbered, Frame, Points, RigidTransform};
/// use nalgebra::dmatrix;
/// let nose = Points::new(numbered(1), Meter::new(dmatrix![0.1; 0.0; 0.0]))?.in_frame(Frame::tvb());
/// let moved = nose.moved(&RigidTransform::tvb_to_head())?;
/// assert_eq!(moved.positions().value_unsafe, dmatrix![0.0; 0.1; 0.0]);
/// assert_eq!(moved.frame(), &Frame::head());
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RigidTransform {
    from: Frame,
    to: Frame,
    rotation: Matrix3<f64>,
    shift: Vector3<f64>,
}

impl RigidTransform {
    /// A transform from one frame to another.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not a rotation, to 1e-9: mirrored, stretched or not finite;
    /// [`Error::NotFinite`] for a shift that is not finite.
    pub fn new(from: Frame, to: Frame, rotation: Matrix3<f64>, shift: Meter<[f64; 3]>) -> Result<Self> {
        let skew = (rotation * rotation.transpose() - Matrix3::identity()).amax();
        let determinant = rotation.determinant();
        if !(skew <= 1e-9 && determinant > 0.0) {
            let found = format!("R Rᵀ off the identity by {skew:e} and a determinant of {determinant:e}");
            return Err(Error::shape("rigid transform", "a rotation", found));
        }
        let shift = Vector3::from(shift.value_unsafe);
        if let Some(axis) = shift.iter().position(|component| !component.is_finite()) {
            let (what, place) = ("rigid transform".to_owned(), format!("component {axis} of the shift"));
            return Err(Error::NotFinite { what, place, value: shift[axis] });
        }
        Ok(Self { from, to, rotation, shift })
    }

    /// From TVB's axes to those of the head, about the same origin.
    pub fn tvb_to_head() -> Self {
        let rotation = Matrix3::new(0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0);
        Self { from: Frame::tvb(), to: Frame::head(), rotation, shift: Vector3::zeros() }
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let rotation = self.rotation.transpose();
        Self { from: self.to.clone(), to: self.from.clone(), rotation, shift: -(rotation * self.shift) }
    }

    /// Where it leads from.
    pub fn from(&self) -> &Frame {
        &self.from
    }

    /// Where it leads to.
    pub fn to(&self) -> &Frame {
        &self.to
    }

    pub(super) fn position(&self, position: &Vector3<f64>) -> Vector3<f64> {
        self.rotation * position + self.shift
    }

    pub(super) fn direction(&self, direction: &Vector3<f64>) -> Vector3<f64> {
        self.rotation * direction
    }
}
