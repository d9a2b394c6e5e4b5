//! Dipoles in a conducting sphere: EEG and MEG in closed form.

use std::f64::consts::{PI, TAU};

use brainmass_core::units::dimension::Volt;
use brainmass_core::units::{Meter, m, ms, siemens_per_meter};
use brainmass_core::{ObservationModel, TimeSeries};
use brainmass_forward::{MegSensors, OrientedPoints, PickUp, Points, Rereference, SphereModel, numbered};
use nalgebra::{DMatrix, DVector, Vector3};

use super::case::{Case, Check};
use super::tools::{gauss_legendre, largest, normals, relative};
use crate::Result;

const RADIUS: f64 = 0.09;
const CONDUCTIVITY: f64 = 0.33;
const ZHANG: &str = "Zhang (1995), doi:10.1088/0031-9155/40/3/001: Legendre series";
const SARVAS: &str = "Sarvas (1987), doi:10.1088/0031-9155/32/1/004";

const fn eeg(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    let why = "some hundred terms, or a closed form whose terms cancel by two digits, in roundings of 1e-16";
    Case { name, what, source, tolerance: 1e-12, why, check: Check::Alone(check) }
}

const fn meg(
    name: &'static str,
    what: &'static str,
    tolerance: f64,
    why: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source: SARVAS, tolerance, why, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    eeg("eeg-radial", "radial dipole, 0 to 170°, relative to the largest", ZHANG, || {
        against_series(Vector3::z(), |series| series.radial)
    }),
    eeg("eeg-tangential", "tangential dipole, 0 to 170°, relative to the largest", ZHANG, || {
        against_series(Vector3::x(), |series| series.tangential)
    }),
    eeg(
        "eeg-central",
        "dipole in the centre, 0 to 170°, relative to the largest",
        "3 q cos θ/(4π σ R²)",
        central,
    ),
    Case {
        name: "eeg-known-potentials",
        what: "10 nA·m at 7 of 9 cm, 0.33 S/m: 13.39688, 0.772566, −0.181759, −0.308395 µV radial at 0, \
               30, 60, 90°, relative",
        source: "Mosher, Leahy & Lewis (1999), doi:10.1109/10.748978; Legendre series with 30 digits",
        tolerance: 1e-11,
        why: "the digits given",
        check: Check::Alone(printed),
    },
    Case {
        name: "eeg-without-mean",
        what: "mean potential over the sphere, by Gauss–Legendre rings, relative to the largest",
        source: "no current leaves the sphere",
        tolerance: 1e-12,
        why: "quadrature of 64 by 64 points is exact for polynomials of degree 63; the series beyond is \
              (5/9)⁶⁴",
        check: Check::Alone(mean_potential),
    },
    Case {
        name: "average-reference",
        what: "sum over channels after referencing, and change by referencing again, relative to the largest",
        source: "definition of the average reference",
        tolerance: 1e-14,
        why: "rounding of a mean over 32 channels",
        check: Check::Alone(referenced),
    },
    meg(
        "meg-known-field",
        "B of 10 nA·m along x at 7 cm on the z axis, at (0, 6, 10) cm: (0, 63.42846, 101.07604) fT, relative",
        1e-9,
        "the digits given",
        known_field,
    ),
    meg(
        "meg-radial-is-biot-savart",
        "radial component at random places against that of the dipole alone, relative to its field",
        1e-12,
        "two closed forms whose terms cancel by two digits",
        biot_savart,
    ),
    meg(
        "meg-radial-dipole-is-silent",
        "field of radial dipoles over that of tangential ones at the same places",
        1e-14,
        "a cross product of parallel vectors, to rounding",
        silent,
    ),
];

fn points(positions: &[Vector3<f64>]) -> Result<Points> {
    let columns = DMatrix::from_fn(3, positions.len(), |axis, point| positions[point][axis]);
    Ok(Points::new(numbered(positions.len()), Meter::new(columns))?)
}

fn oriented(positions: &[Vector3<f64>], direction: Vector3<f64>) -> Result<OrientedPoints> {
    let columns = DMatrix::from_fn(3, positions.len(), |axis, _| direction[axis]);
    Ok(points(positions)?.with_orientations(&columns)?)
}

/// Volts per ampere-metre at electrodes, of one dipole.
fn potentials(
    place: Vector3<f64>,
    direction: Vector3<f64>,
    electrodes: &[Vector3<f64>],
) -> Result<DVector<f64>> {
    let dipole = oriented(&[place], direction)?;
    let head = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(CONDUCTIVITY))?;
    let field = head.eeg(&dipole, &points(electrodes)?)?;
    Ok(field.gain().value_unsafe.column(0).into_owned())
}

/// On the surface at an angle from the z axis, in the x–z plane.
fn at_angle(degrees: f64) -> Vector3<f64> {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    Vector3::new(RADIUS * sine, 0.0, RADIUS * cosine)
}

fn angles() -> impl Iterator<Item = f64> {
    (0..18).map(|k| 10.0 * f64::from(k))
}

struct Series {
    radial: f64,
    tangential: f64,
}

/// The terms are (2n+1)/n · r₀^(n−1)/R^(n+1) times n Pₙ for a radial and P′ₙ sin θ for a tangential dipole.
fn series(r_0: f64, degrees: f64) -> Series {
    let (sine, x) = degrees.to_radians().sin_cos();
    let (mut before, mut legendre, mut slope) = (1.0, x, 1.0);
    let (mut radial, mut tangential) = (0.0, 0.0);
    for n in 1..150 {
        let order = f64::from(n);
        let weight = (2.0 * order + 1.0) / order * r_0.powi(n - 1) / RADIUS.powi(n + 1);
        radial += weight * order * legendre;
        tangential += weight * slope * sine;
        // P′ₙ₊₁ = x P′ₙ + (n + 1) Pₙ.
        slope = x * slope + (order + 1.0) * legendre;
        (before, legendre) =
            (legendre, ((2.0 * order + 1.0) * x * legendre - order * before) / (order + 1.0));
    }
    let factor = 1.0 / (4.0 * PI * CONDUCTIVITY);
    Series { radial: radial * factor, tangential: tangential * factor }
}

fn against_series(direction: Vector3<f64>, which: fn(Series) -> f64) -> Result<f64> {
    let r_0 = 0.05;
    let electrodes: Vec<_> = angles().map(at_angle).collect();
    let found = potentials(Vector3::new(0.0, 0.0, r_0), direction, &electrodes)?;
    let expected = DVector::from_iterator(18, angles().map(|degrees| which(series(r_0, degrees))));
    Ok((found - &expected).amax() / expected.amax())
}

fn central() -> Result<f64> {
    let electrodes: Vec<_> = angles().map(at_angle).collect();
    let found = potentials(Vector3::zeros(), Vector3::z(), &electrodes)?;
    let factor = 3.0 / (4.0 * PI * CONDUCTIVITY * RADIUS * RADIUS);
    let expected = angles().map(|degrees| factor * degrees.to_radians().cos());
    Ok(largest(found.iter().zip(expected).map(|(found, expected)| (found - expected).abs() / factor)))
}

fn printed() -> Result<f64> {
    let electrodes = [0.0, 30.0, 60.0, 90.0].map(at_angle);
    let expected = [13.396_880_731_6, 0.772_565_731_773, -0.181_758_823_11, -0.308_395_396_648];
    let found = potentials(Vector3::new(0.0, 0.0, 0.07), Vector3::z(), &electrodes)? * 10e-9 * 1e6;
    Ok(largest(found.iter().zip(expected).map(|(found, expected)| relative(*found, expected))))
}

fn mean_potential() -> Result<f64> {
    const N: u32 = 64;
    let (mut surface, mut weights) = (Vec::new(), Vec::new());
    for (height, weight) in gauss_legendre(N) {
        let width = (1.0 - height * height).sqrt();
        for k in 0..N {
            let (sine, cosine) = (TAU * f64::from(k) / f64::from(N)).sin_cos();
            surface.push(Vector3::new(width * cosine, width * sine, height) * RADIUS);
            weights.push(0.5 * weight / f64::from(N));
        }
    }
    let found = potentials(Vector3::new(0.01, -0.02, 0.0447), Vector3::new(0.3, 0.5, -0.8), &surface)?;
    Ok(found.dot(&DVector::from_vec(weights)).abs() / found.amax())
}

fn referenced() -> Result<f64> {
    let eeg =
        TimeSeries::<Volt>::unnamed(normals(32, 50).map(|value| 1e-6 * (value + 3.0)), ms(1.0), ms(1.0))?;
    let once = Rereference::average().observe(&eeg)?;
    let twice = Rereference::average().observe(&once)?;
    let sum = once.values().row_sum().amax() / 32.0;
    Ok(sum.max((twice.values() - once.values()).amax()) / eeg.values().amax())
}

/// The field at a place outside, in teslas per ampere-metre, of one dipole.
fn field(place: Vector3<f64>, moment: Vector3<f64>, sensor: Vector3<f64>) -> Result<Vector3<f64>> {
    let component = |axis| {
        let place_of_coil = oriented(&[sensor], axis)?.with_upward_tangents();
        let magnetometer = MegSensors::magnetometers(&place_of_coil, PickUp::Point)?;
        let head = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(CONDUCTIVITY))?;
        let field = head.meg(&oriented(&[place], moment)?, &magnetometer)?;
        Ok::<_, crate::Error>(field.gain().value_unsafe[(0, 0)])
    };
    Ok(Vector3::new(component(Vector3::x())?, component(Vector3::y())?, component(Vector3::z())?))
}

fn known_field() -> Result<f64> {
    let found = field(Vector3::new(0.0, 0.0, 0.07), Vector3::x(), Vector3::new(0.0, 0.06, 0.10))?;
    let expected = Vector3::new(0.0, 63.428_459_02, 101.076_043_19);
    Ok((found * 10e-9 * 1e15 - expected).norm() / expected.norm())
}

/// Dipoles inside, moments, and sensors outside, at random.
fn scenes() -> impl Iterator<Item = (Vector3<f64>, Vector3<f64>, Vector3<f64>)> {
    let random = normals(9, 50);
    let vector = move |row: usize, k: usize| {
        Vector3::new(random[(row, k)], random[(row + 1, k)], random[(row + 2, k)])
    };
    (0..50_u32).map(move |k| {
        let depth = 0.01 + 0.0014 * f64::from(k);
        let at = k as usize;
        (
            vector(0, at).normalize() * depth,
            vector(3, at).normalize(),
            vector(6, at).normalize() * (0.1 + depth),
        )
    })
}

fn biot_savart() -> Result<f64> {
    let errors = scenes().map(|(place, moment, sensor)| {
        let a = sensor - place;
        let alone = moment.cross(&a) * (1e-7 / a.norm().powi(3));
        let outwards = sensor.normalize();
        let found = field(place, moment, sensor)?.dot(&outwards);
        Ok((found - alone.dot(&outwards)).abs() / alone.norm())
    });
    Ok(largest(errors.collect::<Result<Vec<f64>>>()?))
}

fn silent() -> Result<f64> {
    let ratios = scenes().map(|(place, moment, sensor)| {
        let tangential = field(place, place.cross(&moment), sensor)?;
        Ok(field(place, place, sensor)?.norm() / tangential.norm())
    });
    Ok(largest(ratios.collect::<Result<Vec<f64>>>()?))
}
