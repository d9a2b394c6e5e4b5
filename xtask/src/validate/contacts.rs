//! Contacts inside the head: in an infinite medium and in a sphere.

use std::f64::consts::PI;

use brainmass_core::units::{Meter, m, siemens_per_meter};
use brainmass_forward::{
    NearField, OrientedPoints, Points, SphereModel, contacts_in_infinite_medium, numbered,
};
use nalgebra::{DMatrix, Vector3};

use super::case::{Case, Check};
use super::tools::{largest, normals};
use crate::Result;

const RADIUS: f64 = 0.09;
const SIGMA: f64 = 0.33;
const GREEN: &str = "Neumann's Green function of the sphere: terms (n + 1)/n (r r₀)ⁿ/R²ⁿ⁺¹ Pₙ beside 1/|a|";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "infinite-medium",
        what: "contacts at random around dipoles, relative to the potential along the dipole",
        source: "V = q·a/(4πσ|a|³)",
        tolerance: 1e-14,
        why: "a few roundings",
        check: Check::Alone(infinite),
    },
    Case {
        name: "sphere-series",
        what: "contacts and dipoles at random within 7 of 9 cm, relative to the sum of sizes",
        source: GREEN,
        tolerance: 1e-11,
        why: "terms of the closed form that cancel by some digits; the series beyond 200 terms is 0.6²⁰⁰",
        check: Check::Alone(series),
    },
    Case {
        name: "surface-is-eeg",
        what: "contacts on the surface against the lead field of electrodes there, relative",
        source: "Brody, Terry & Ideker (1973), doi:10.1109/TBME.1973.324175: closed form on the surface",
        tolerance: 1e-13,
        why: "the same closed form",
        check: Check::Alone(surface),
    },
    Case {
        name: "no-current-leaves",
        what: "∂V/∂r at the surface over V/R there, by a difference of fourth order over 0.4 mm",
        source: "the head lies in an insulator",
        tolerance: 1e-5,
        why: "what the difference leaves out: the fifth derivative times (0.4 mm)⁴, and rounding",
        check: Check::Alone(insulated),
    },
    Case {
        name: "softened-dipole",
        what: "potential within a polarised ball of 5 mm, in proportion to the distance; outside that of a point",
        source: "uniformly polarised ball: V = q·a/(4πσ R_b³) within",
        tolerance: 1e-14,
        why: "a few roundings",
        check: Check::Alone(softened),
    },
];

fn points(positions: &[Vector3<f64>]) -> Result<Points> {
    let columns = DMatrix::from_fn(3, positions.len(), |axis, k| positions[k][axis]);
    Ok(Points::new(numbered(positions.len()), Meter::new(columns))?)
}

fn dipole(place: Vector3<f64>, moment: Vector3<f64>) -> Result<OrientedPoints> {
    Ok(points(&[place])?.with_orientations(&DMatrix::from_column_slice(3, 1, moment.as_slice()))?)
}

/// A dipole's place, its unit moment, and a contact, at random within 7 cm and 3 mm apart at least.
fn scenes() -> impl Iterator<Item = (Vector3<f64>, Vector3<f64>, Vector3<f64>)> {
    let random = normals(9, 60);
    let vector = move |row: usize, k: usize| {
        Vector3::new(random[(row, k)], random[(row + 1, k)], random[(row + 2, k)])
    };
    let scene = move |k: usize| {
        let depth = 0.005 + 0.001 * k as f64;
        let contact = vector(6, k).normalize() * (0.07 - 0.001 * k as f64);
        (vector(0, k).normalize() * depth, vector(3, k).normalize(), contact)
    };
    (0..60).map(scene).filter(|(place, _, contact)| (place - contact).norm() > 0.003)
}

fn sphere() -> Result<SphereModel> {
    Ok(SphereModel::homogeneous(m(RADIUS), siemens_per_meter(SIGMA))?)
}

fn inside(place: Vector3<f64>, moment: Vector3<f64>, contact: Vector3<f64>) -> Result<f64> {
    let field =
        sphere()?.intracranial(&dipole(place, moment)?, &points(&[contact])?, NearField::default())?;
    Ok(field.gain().value_unsafe[(0, 0)])
}

fn infinite() -> Result<f64> {
    let errors = scenes().map(|(place, moment, contact)| {
        let conductivity = siemens_per_meter(SIGMA);
        let (source, sensor) = (dipole(place, moment)?, points(&[contact])?);
        let field = contacts_in_infinite_medium(&source, &sensor, conductivity, NearField::default())?;
        let a = contact - place;
        let size = 1.0 / (4.0 * PI * SIGMA * a.norm_squared());
        Ok((field.gain().value_unsafe[(0, 0)] - size * moment.dot(&a) / a.norm()).abs() / size)
    });
    Ok(largest(errors.collect::<Result<Vec<f64>>>()?))
}

fn series() -> Result<f64> {
    let errors = scenes().map(|(place, moment, contact)| {
        let (r_0, r) = (place.norm(), contact.norm());
        let (back, outwards) = (place / r_0, contact / r);
        let x = back.dot(&outwards);
        let (mut before, mut legendre, mut slope, mut sum) = (1.0, x, 1.0, Vector3::zeros());
        for n in 1..200 {
            let order = f64::from(n);
            let weight =
                (order + 1.0) / order * r * (r * r_0 / (RADIUS * RADIUS)).powi(n - 1) / RADIUS.powi(3);
            sum += (back * (order * legendre) + (outwards - back * x) * slope) * weight;
            slope = x * slope + (order + 1.0) * legendre;
            (before, legendre) =
                (legendre, ((2.0 * order + 1.0) * x * legendre - order * before) / (order + 1.0));
        }
        let a = contact - place;
        let expected = (a / a.norm().powi(3) + sum).dot(&moment);
        let size = 1.0 / a.norm_squared() + sum.norm();
        Ok((inside(place, moment, contact)? * 4.0 * PI * SIGMA - expected).abs() / size)
    });
    Ok(largest(errors.collect::<Result<Vec<f64>>>()?))
}

fn surface() -> Result<f64> {
    let errors = scenes().map(|(place, moment, contact)| {
        let electrode = contact.normalize() * RADIUS;
        let field = sphere()?.eeg(&dipole(place, moment)?, &points(&[electrode])?)?;
        let (found, expected) = (inside(place, moment, electrode)?, field.gain().value_unsafe[(0, 0)]);
        Ok((found - expected).abs() / expected.abs())
    });
    Ok(largest(errors.collect::<Result<Vec<f64>>>()?))
}

fn insulated() -> Result<f64> {
    let errors = scenes().filter(|(place, ..)| place.norm() < 0.06).map(|(place, moment, contact)| {
        let h = 1e-4;
        let at = |k: f64| inside(place, moment, contact.normalize() * (RADIUS - k * h));
        // The difference to one side with five points.
        let slope = (25.0 * at(0.0)? - 48.0 * at(1.0)? + 36.0 * at(2.0)? - 16.0 * at(3.0)? + 3.0 * at(4.0)?)
            / (12.0 * h);
        let size = 1.0 / (4.0 * PI * SIGMA * RADIUS * (RADIUS - place.norm()).powi(2));
        Ok(slope.abs() / size)
    });
    Ok(largest(errors.collect::<Result<Vec<f64>>>()?))
}

fn softened() -> Result<f64> {
    let (ball, place, moment) = (0.005, Vector3::new(0.01, -0.02, 0.03), Vector3::new(0.6, 0.0, 0.8));
    let errors = [0.001, 0.003, 0.0049, 0.0051, 0.008].map(|distance| {
        let a = Vector3::new(0.48, 0.6, 0.64) * distance;
        let (source, sensor) = (dipole(place, moment)?, points(&[place + a])?);
        let near = NearField::Softened(m(ball));
        let field = contacts_in_infinite_medium(&source, &sensor, siemens_per_meter(SIGMA), near)?;
        let expected = moment.dot(&a) / (4.0 * PI * SIGMA * distance.max(ball).powi(3));
        Ok((field.gain().value_unsafe[(0, 0)] - expected).abs() / expected)
    });
    Ok(largest(errors.into_iter().collect::<Result<Vec<f64>>>()?))
}
