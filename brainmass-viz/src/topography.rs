//! What sensors record, on the head seen from above.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use brainmass_core::units::Unit;
use brainmass_core::{Error, Result, check};
use colorous::Color;
use nalgebra::{DMatrix, DVector, Vector3};

use crate::axis::{Axis, Scale};
use crate::display::DisplayUnit;
use crate::palette::ColourMap;
use crate::panel::{Mark, Panel};
use crate::raster;
use crate::side::{ColourBar, Side};
use crate::svg::{INK, Stroke};

/// A scalp map: values at sensors, interpolated over the head seen from above, the nose on top, left at the left.
///
/// The distance from the middle is the angle from the vertex; the circle of the head is the equator. Between sensors
/// stands the smoothest function on the sphere that meets all values, a spherical spline of order four (Perrin et al.,
/// 1989, doi:10.1016/0013-4694(89)90180-6). Colours are symmetric about zero.
///
/// ```
/// use brainmass_core::units::{dimension::Volt, Unit};
/// use brainmass_viz::{Figure, Topography};
/// let positions = nalgebra::dmatrix![0.0, 1.0, -1.0, 0.0, 0.0; 0.0, 0.0, 0.0, 1.0, -1.0; 1.0, 0.2, 0.2, 0.2, 0.2];
/// let values = [0.0, 2e-6, -2e-6, 0.0, 0.0];
/// let panel = Topography::new(&positions, &values).quantity("potential").unit(Unit::of::<Volt>()).panel()?;
/// assert!(Figure::from(panel).to_svg().contains(">potential (µV)</text>"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "topomap")]
pub struct Topography<'a> {
    positions: &'a DMatrix<f64>,
    values: &'a [f64],
    title: String,
    quantity: String,
    unit: Unit,
    limit: Option<f64>,
}

/// How many rows and columns of colours there are.
const PIXELS: usize = 200;
/// From the middle of the picture to its edge, in radii of the head.
const EDGE: f64 = 1.3;
/// The side of the picture.
const SIDE: f64 = 300.0;

impl<'a> Topography<'a> {
    /// A map of values at sensors: positions, 3 × sensors, from the centre of the head, x to the right, y to the nose, z
    /// up. Only their directions count.
    pub fn new(positions: &'a DMatrix<f64>, values: &'a [f64]) -> Self {
        Self {
            positions,
            values,
            title: String::new(),
            quantity: "value".to_owned(),
            unit: Unit::DIMENSIONLESS,
            limit: None,
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says what the colours stand for, beside the colour bar. A unit is added. Default: "value".
    pub fn quantity(mut self, quantity: impl Into<String>) -> Self {
        self.quantity = quantity.into();
        self
    }

    /// The coherent SI unit of the values.
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Sets the magnitude at both ends of the colour bar, in coherent SI. Default: the largest that is drawn.
    pub fn limit(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there are as many positions as values, at least one; [`Error::NotFinite`];
    /// [`Error::OutOfRange`] for a sensor in the centre of the head and a limit that is not above zero;
    /// [`Error::Setting`] for two sensors in one direction.
    pub fn panel(&self) -> Result<Panel> {
        let directions = self.directions()?;
        let rim = directions.iter().map(flat).map(|(x, y)| x.hypot(y)).fold(1.0, f64::max);
        let spline = Spline::through(&directions, self.values)?;
        let pixel = |row: usize, column: usize| {
            let at = |index: usize| EDGE * (2.0 * (index as f64 + 0.5) / PIXELS as f64 - 1.0);
            let (x, y) = (at(column), -at(row));
            (x.hypot(y) <= f64::min(rim, EDGE)).then(|| spline.at(&round(x, y)))
        };
        let drawn: Vec<Option<f64>> = (0..PIXELS * PIXELS).map(|k| pixel(k / PIXELS, k % PIXELS)).collect();
        let largest =
            drawn.iter().flatten().chain(self.values).fold(0.0, |largest: f64, v| largest.max(v.abs()));
        let limit = match self.limit {
            None if largest > 0.0 => largest,
            None => 1.0,
            Some(limit) if limit > 0.0 && limit < crate::LARGEST => limit,
            Some(limit) => {
                return Err(check::out_of_range(
                    "limit of the colours",
                    limit,
                    self.unit,
                    "above zero and below 1e300",
                ));
            }
        };
        let map = ColourMap::BlueRed;
        let colour = |value: f64| map.colour(0.5 + 0.5 * value / limit);
        let png = raster::blocks(PIXELS, PIXELS, |row, column| {
            drawn[row * PIXELS + column].map_or(Color { r: 255, g: 255, b: 255 }, colour)
        })?;
        let mut marks = vec![Mark::Image { png, blocks: false }];
        marks.extend(outline(rim).map(|points| Mark::Curve { points, stroke: Stroke::solid(INK, 1.5) }));
        marks.extend(directions.iter().map(|direction| Mark::Speck { at: flat(direction) }));
        let axis = || Axis { label: String::new(), from: -EDGE, to: EDGE, scale: Scale::Hidden };
        Ok(Panel {
            title: self.title.clone(),
            x: axis(),
            y: axis(),
            marks,
            side: Side::ColourBar(self.colour_bar(limit, largest > limit)?),
            size: (SIDE, SIDE),
            stretches: false,
        })
    }

    fn directions(&self) -> Result<Vec<Vector3<f64>>> {
        if self.positions.nrows() != 3
            || self.positions.ncols() != self.values.len()
            || self.values.is_empty()
        {
            let expected = format!("3 × {}, one position for each value, at least one", self.values.len());
            let found = format!("{} × {}", self.positions.nrows(), self.positions.ncols());
            return Err(Error::shape("positions of sensors", expected, found));
        }
        check::finite("positions of sensors", self.positions)?;
        check::finite("values at sensors", &DMatrix::from_column_slice(self.values.len(), 1, self.values))?;
        let direction = |(sensor, column): (usize, Vector3<f64>)| {
            let length = column.norm();
            if length > 0.0 {
                return Ok(column / length);
            }
            let what = format!("distance of sensor {sensor} from the centre of the head");
            Err(check::out_of_range(&what, length, Unit::DIMENSIONLESS, "above zero"))
        };
        let columns =
            self.positions.column_iter().map(|column| Vector3::new(column[0], column[1], column[2]));
        columns.enumerate().map(direction).collect()
    }

    fn colour_bar(&self, limit: f64, beyond: bool) -> Result<ColourBar> {
        const STEPS: usize = 256;
        let (unit, map) = (DisplayUnit::of(self.unit, limit), ColourMap::BlueRed);
        let axis = Axis::linear(unit.label(&self.quantity), (-limit / unit.factor, limit / unit.factor));
        let png = raster::blocks(STEPS, 1, |row, _| map.colour(1.0 - (row as f64 + 0.5) / STEPS as f64))?;
        let end = |position| beyond.then(|| format!("#{:x}", map.colour(position)));
        Ok(ColourBar { axis, png, beyond: [end(0.0), end(1.0)], absent: None })
    }
}

/// Where a direction stands on the picture: the head has radius one.
fn flat(direction: &Vector3<f64>) -> (f64, f64) {
    let across = direction.x.hypot(direction.y);
    let distance = f64::atan2(across, direction.z) / FRAC_PI_2;
    if across > 0.0 {
        (distance * direction.x / across, distance * direction.y / across)
    } else {
        (0.0, distance)
    }
}

/// The direction that stands at a place of the picture.
fn round(x: f64, y: f64) -> Vector3<f64> {
    let distance = x.hypot(y);
    let (sine, cosine) = (distance * FRAC_PI_2).sin_cos();
    if distance > 0.0 { Vector3::new(sine * x / distance, sine * y / distance, cosine) } else { Vector3::z() }
}

/// The head with nose and ears, and the rim of the map where sensors stand below the equator.
fn outline(rim: f64) -> impl Iterator<Item = Vec<(f64, f64)>> {
    let circle = |radius: f64| {
        (0..=120)
            .map(move |k| (TAU * f64::from(k) / 120.0).sin_cos())
            .map(move |(s, c)| (radius * c, radius * s))
            .collect()
    };
    let on_head = |degrees: f64| (degrees.to_radians().cos(), degrees.to_radians().sin());
    let nose = vec![on_head(100.0), (0.0, 1.14), on_head(80.0)];
    // From above, half of an ellipse that stands off the head.
    let ear = |side: f64| {
        let point = |k: u32| {
            let (sine, cosine) = (PI * (f64::from(k) / 24.0 - 0.5)).sin_cos();
            (side * (0.985 + 0.09 * cosine), 0.17 * sine)
        };
        (0..=24).map(point).collect::<Vec<_>>()
    };
    let rim = (rim > 1.0).then(|| circle(f64::min(rim, EDGE)));
    [circle(1.0), nose, ear(1.0), ear(-1.0)].into_iter().chain(rim)
}

/// The spherical spline through values at directions: a constant and a weight for each of them.
struct Spline<'d> {
    directions: &'d [Vector3<f64>],
    weights: DVector<f64>,
    constant: f64,
    kernel: Vec<f64>,
}

/// Steps of the kernel's table over the cosine.
const STEPS: usize = 4096;

impl<'d> Spline<'d> {
    fn through(directions: &'d [Vector3<f64>], values: &[f64]) -> Result<Self> {
        let kernel: Vec<f64> = (0..=STEPS).map(|k| green(2.0 * k as f64 / STEPS as f64 - 1.0)).collect();
        let n = directions.len();
        // The weights sum to zero; the kernel is 1 at an angle of zero.
        let system = DMatrix::from_fn(n + 1, n + 1, |i, j| match (i < n, j < n) {
            (true, true) => green(directions[i].dot(&directions[j])),
            (false, false) => 0.0,
            _ => 1.0,
        });
        let right = DVector::from_fn(n + 1, |i, _| values.get(i).copied().unwrap_or(0.0));
        let solved = system.lu().solve(&right).filter(|solved| solved.iter().all(|x| x.is_finite()));
        let solved =
            solved.ok_or_else(|| Error::setting("sensors of a map", "two stand in the same direction"))?;
        Ok(Self { directions, weights: solved.rows(0, n).into_owned(), constant: solved[n], kernel })
    }

    fn at(&self, direction: &Vector3<f64>) -> f64 {
        let part = |(known, weight): (&Vector3<f64>, &f64)| {
            let place = (known.dot(direction).clamp(-1.0, 1.0) + 1.0) * 0.5 * STEPS as f64;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and STEPS"
            )]
            let step = (place as usize).min(STEPS - 1);
            let rest = place - step as f64;
            weight * (self.kernel[step] * (1.0 - rest) + self.kernel[step + 1] * rest)
        };
        self.constant + self.directions.iter().zip(self.weights.iter()).map(part).sum::<f64>()
    }
}

/// Σ (2n + 1)/(n (n + 1))⁴ Pₙ(x), over its value at one; terms beyond 30 are below 1e-9 of the first.
fn green(x: f64) -> f64 {
    let (mut before, mut legendre, mut sum) = (1.0, x, 0.0);
    for n in 1..=30 {
        let n = f64::from(n);
        sum += (2.0 * n + 1.0) / (n * (n + 1.0)).powi(4) * legendre;
        (before, legendre) = (legendre, ((2.0 * n + 1.0) * x * legendre - n * before) / (n + 1.0));
    }
    sum / 0.191_772_386_986
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A linear function of the direction is smooth: a few sensors bring it back everywhere between them.
    #[test]
    fn a_spline_meets_its_values_and_what_is_smooth() {
        let directions: Vec<Vector3<f64>> = (0..40)
            .map(|k| {
                let (z, angle) = (1.0 - f64::from(k) / 40.0, 2.4 * f64::from(k));
                let across = (1.0 - z * z).sqrt();
                Vector3::new(across * angle.cos(), across * angle.sin(), z)
            })
            .collect();
        let linear = |d: &Vector3<f64>| 2.0 + d.x - 3.0 * d.y + 0.5 * d.z;
        let values: Vec<f64> = directions.iter().map(linear).collect();
        let spline = Spline::through(&directions, &values).unwrap();
        for (direction, value) in directions.iter().zip(&values) {
            assert!((spline.at(direction) - value).abs() < 1e-4, "{} {value}", spline.at(direction));
        }
        for (x, y) in [(0.1, 0.2), (-0.5, 0.3), (0.0, -0.7)] {
            let direction = round(x, y);
            assert!((spline.at(&direction) - linear(&direction)).abs() < 0.02);
            let (back_x, back_y) = flat(&direction);
            assert!((back_x - x).abs() < 1e-12 && (back_y - y).abs() < 1e-12);
        }
        assert!(Spline::through(&[Vector3::z(), Vector3::z()], &[1.0, 2.0]).is_err());
    }

    #[test]
    fn maps_are_checked() {
        let positions = nalgebra::dmatrix![0.0, 0.0; 0.0, 0.0; 1.0, 0.0];
        let text = |map: Topography<'_>| map.panel().unwrap_err().to_string();
        assert_eq!(
            text(Topography::new(&positions, &[1.0])),
            "positions of sensors: expected 3 × 1, one position for each value, at least one, found 3 × 2"
        );
        assert!(text(Topography::new(&positions, &[1.0, 2.0])).starts_with("distance of sensor 1"));
        assert!(text(Topography::new(&positions, &[1.0, f64::NAN])).contains("NaN"));
        let one = nalgebra::dmatrix![0.0; 0.0; 1.0];
        assert!(text(Topography::new(&one, &[1.0]).limit(0.0)).starts_with("limit of the colours"));
        assert!(Topography::new(&one, &[0.0]).panel().is_ok());
    }
}
