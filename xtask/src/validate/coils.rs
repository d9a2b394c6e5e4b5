//! MEG coils: loops, gradiometers, and MNE-Python's integration points.

use brainmass_core::units::dimension::{Tesla, TeslaPerMeter};
use brainmass_core::units::{Dimension, Meter, m, mm, siemens_per_meter};
use brainmass_forward::{CoilPlaces, MegSensors, OrientedPoints, PickUp, Points, SphereModel, numbered};
use nalgebra::{DMatrix, Vector3};

use super::case::{Case, Check};
use super::tools::{gauss_legendre, largest, relative};
use crate::Result;

const MNE: &str = "MNE-Python 1.13.2, _sphere_field with the points of its coil_def.dat";
const SARVAS: &str = "Sarvas (1987), doi:10.1088/0031-9155/32/1/004";

const fn mne(name: &'static str, what: &'static str, tolerance: f64, check: fn() -> Result<f64>) -> Case {
    let why = "rounding, or the six digits of the weights in MNE's table";
    Case { name, what, source: MNE, tolerance, why, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    mne("mne-point", "point magnetometers, two dipoles and two oblique places, relative", 1e-12, || {
        against(
            &magnetometers(PickUp::Point, 0.0)?,
            1.0,
            [
                [1.193_056_649_318_131_4e-5, 3.864_958_737_354_758e-6],
                [-5.344_246_714_217_651e-6, -4.337_358_625_017_292e-6],
            ],
        )
    }),
    mne("mne-square", "square magnetometer of four points (3024, normal), relative", 1e-12, || {
        // Points at ±5.25 mm are those of a square of 5.25 mm · √12.
        against(
            &magnetometers(PickUp::SquareOf4(mm(5.25 * 12f64.sqrt())), 3e-4)?,
            1.0,
            [
                [1.152_200_640_448_487_7e-5, 3.799_344_010_430_266e-6],
                [-5.276_902_825_327_507e-6, -4.085_862_237_117_384e-6],
            ],
        )
    }),
    mne(
        "mne-axial",
        "axial gradiometer of 50 mm with four points a loop (5001, normal), relative",
        1e-12,
        || {
            let pick_up = PickUp::SquareOf4(mm(4.5 * 12f64.sqrt()));
            let sensors = MegSensors::axial_gradiometers(&places(0.0)?, pick_up, mm(50.0))?;
            // MNE does not divide by the baseline.
            against(
                &sensors,
                0.05,
                [
                    [9.218_158_323_747_071e-6, 2.514_623_449_115_589_4e-6],
                    [-3.575_658_485_517_571e-6, -3.672_761_494_859_435_7e-6],
                ],
            )
        },
    ),
    mne(
        "mne-planar",
        "planar gradiometer of 16.8 mm with a point a loop (3012, point), relative",
        1e-6,
        || {
            let sensors = MegSensors::planar_gradiometers(&places(3e-4)?, PickUp::Point, mm(16.8))?;
            against(
                &sensors,
                1.0,
                [
                    [1.070_352_573_717_939_7e-4, 6.125_128_185_307_148e-5],
                    [-1.114_987_062_776_556_2e-4, 1.237_975_489_687_390_5e-4],
                ],
            )
        },
    ),
    Case {
        name: "axial-is-biot-savart",
        what: "axial gradiometers along the radius against the difference of B_r of the dipole alone, relative",
        source: SARVAS,
        tolerance: 1e-12,
        why: "closed forms, whose difference over 50 mm loses less than a digit",
        check: Check::Alone(axial),
    },
    Case {
        name: "field-without-curl",
        what: "∂B_x/∂y less ∂B_y/∂x by planar gradiometers of 0.2 mm, all pairs of axes, over the largest",
        source: "no current flows outside the head: curl B = 0",
        tolerance: 1e-4,
        why: "the third derivative: (0.2 mm/3 cm)², some times",
        check: Check::Alone(curl),
    },
    Case {
        name: "field-without-divergence",
        what: "sum of axial gradiometers of 0.2 mm along three axes, both ways, over the largest",
        source: "div B = 0",
        tolerance: 1e-4,
        why: "the third derivative: (0.2 mm/3 cm)², some times",
        check: Check::Alone(divergence),
    },
    Case {
        name: "square-of-9-is-the-mean",
        what: "nine points of a coil of 21 mm, 1 cm above the head, against 256 points, relative",
        source: "Gauss and Legendre's rule with 16 points a side",
        tolerance: 1e-4,
        why: "what nine points leave out, of sixth order: (10 mm/3 cm)⁶ over some hundreds",
        check: Check::Alone(|| Ok(square(PickUp::SquareOf9, 0.021)?.abs())),
    },
    Case {
        name: "square-of-4-order-4",
        what: "order of four points in the side of the coil, from 5 and 2.5 mm, distance from 4",
        source: "Gauss and Legendre's rule of two points a side",
        tolerance: 0.1,
        why: "the next term is (2.5 mm/3 cm)², a few per cent with its factor",
        check: Check::Alone(|| order(PickUp::SquareOf4, 4.0)),
    },
    Case {
        name: "square-of-9-order-6",
        what: "order of nine points in the side of the coil, from 5 and 2.5 mm, distance from 6",
        source: "Gauss and Legendre's rule of three points a side",
        tolerance: 0.1,
        why: "the next term is (2.5 mm/3 cm)², a few per cent with its factor",
        check: Check::Alone(|| order(PickUp::SquareOf9, 6.0)),
    },
    Case {
        name: "conductor-does-not-matter",
        what: "MEG of four shells less that of a small homogeneous sphere",
        source: SARVAS,
        tolerance: 0.0,
        why: "the same numbers",
        check: Check::Alone(conductor),
    },
];

fn matrix(vectors: &[Vector3<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(3, vectors.len(), |axis, k| vectors[k][axis])
}

fn oriented(positions: &[Vector3<f64>], directions: &[Vector3<f64>]) -> Result<OrientedPoints> {
    let points = Points::new(numbered(positions.len()), Meter::new(matrix(positions)))?;
    Ok(points.with_orientations(&matrix(directions))?)
}

fn coils(
    positions: &[Vector3<f64>],
    normals: &[Vector3<f64>],
    tangents: &[Vector3<f64>],
) -> Result<CoilPlaces> {
    Ok(oriented(positions, normals)?.with_tangents(&matrix(tangents))?)
}

/// The places given to MNE, lifted along their normals.
fn places(lift: f64) -> Result<CoilPlaces> {
    let positions = [Vector3::new(0.0, 0.06, 0.10), Vector3::new(0.05, -0.07, 0.09)];
    let normals = [positions[0].normalize(), Vector3::new(0.3, -0.4, 0.866_025_403_784_438_6).normalize()];
    let lifted = [0, 1].map(|k| positions[k] + normals[k] * lift);
    coils(&lifted, &normals, &[Vector3::z(), Vector3::z()])
}

fn magnetometers(pick_up: PickUp, lift: f64) -> Result<MegSensors<Tesla>> {
    Ok(MegSensors::magnetometers(&places(lift)?, pick_up)?)
}

/// The dipoles given to MNE.
fn dipoles() -> Result<OrientedPoints> {
    oriented(
        &[Vector3::new(0.0, 0.0, 0.07), Vector3::new(0.02, -0.03, 0.05)],
        &[Vector3::x(), Vector3::new(0.6, 0.8, 0.0)],
    )
}

fn head() -> Result<SphereModel> {
    Ok(SphereModel::four_shells(mm(90.0))?)
}

/// Gains, sensor by sensor; the unit is that of the sensors.
fn gains<U>(dipoles: &OrientedPoints, sensors: &MegSensors<U>) -> Result<DMatrix<f64>>
where
    U: Dimension + std::ops::Sub<brainmass_core::units::dimension::AmpereMeter>,
{
    Ok(head()?.meg(dipoles, sensors)?.gain().value_unsafe.clone())
}

fn against<U>(sensors: &MegSensors<U>, factor: f64, expected: [[f64; 2]; 2]) -> Result<f64>
where
    U: Dimension + std::ops::Sub<brainmass_core::units::dimension::AmpereMeter>,
{
    let found = gains(&dipoles()?, sensors)? * factor;
    let error =
        |(sensor, dipole): (usize, usize)| relative(found[(sensor, dipole)], expected[sensor][dipole]);
    Ok(largest([(0, 0), (0, 1), (1, 0), (1, 1)].map(error)))
}

fn axial() -> Result<f64> {
    let places = [Vector3::new(0.0, 0.06, 0.10), Vector3::new(0.05, -0.07, 0.09)];
    let outwards = places.map(|place| place.normalize());
    let (dipoles, b) = (dipoles()?, 0.05);
    let sensors =
        MegSensors::axial_gradiometers(&coils(&places, &outwards, &[Vector3::z(); 2])?, PickUp::Point, m(b))?;
    let found = gains(&dipoles, &sensors)?;
    let (positions, moments) = (dipoles.points().positions().value_unsafe, dipoles.orientations());
    let alone = |dipole: usize, r: Vector3<f64>, n: Vector3<f64>| {
        let a = r - positions.fixed_view::<3, 1>(0, dipole);
        moments.fixed_view::<3, 1>(0, dipole).cross(&a).dot(&n) * (1e-7 / a.norm().powi(3))
    };
    let error = |(sensor, dipole): (usize, usize)| {
        let (place, normal) = (places[sensor], outwards[sensor]);
        let expected = (alone(dipole, place, normal) - alone(dipole, place + normal * b, normal)) / b;
        relative(found[(sensor, dipole)], expected)
    };
    Ok(largest([(0, 0), (0, 1), (1, 0), (1, 1)].map(error)))
}

const AXES: [Vector3<f64>; 3] =
    [Vector3::new(1.0, 0.0, 0.0), Vector3::new(0.0, 1.0, 0.0), Vector3::new(0.0, 0.0, 1.0)];

/// Where derivatives of the field are taken.
const ASIDE: Vector3<f64> = Vector3::new(0.05, -0.07, 0.09);

fn curl() -> Result<f64> {
    let slope = |component: usize, along: usize| {
        let place = coils(&[ASIDE], &[AXES[component]], &[AXES[along]])?;
        let sensors = MegSensors::<TeslaPerMeter>::planar_gradiometers(&place, PickUp::Point, mm(0.2))?;
        gains(&dipoles()?, &sensors)
    };
    let mut errors = Vec::new();
    for (one, other) in [(0, 1), (1, 2), (2, 0)] {
        let (a, b) = (slope(one, other)?, slope(other, one)?);
        errors.push((&a - &b).amax() / a.amax().max(b.amax()));
    }
    Ok(largest(errors))
}

fn divergence() -> Result<f64> {
    let slope = |direction: Vector3<f64>| {
        let place = coils(&[ASIDE], &[direction], &[Vector3::new(0.1, 0.3, 0.7)])?;
        let sensors = MegSensors::<TeslaPerMeter>::axial_gradiometers(&place, PickUp::Point, mm(0.2))?;
        gains(&dipoles()?, &sensors)
    };
    let mut sum = DMatrix::zeros(1, 2);
    let mut size = 0.0;
    for axis in AXES {
        // Turning a coil turns both its normal and its baseline: the mean of both ways is of second order.
        let (forth, back) = (slope(axis)?, slope(-axis)?);
        size = f64::max(size, forth.amax());
        sum += (forth + back) * 0.5;
    }
    Ok(sum.amax() / size)
}

/// The relative error of a coil's mean over its square, 1 cm above a dipole's head.
fn square(pick_up: fn(Meter) -> PickUp, side: f64) -> Result<f64> {
    let centre = Vector3::new(0.0, 0.06, 0.08);
    let (normal, tangent) = (centre.normalize(), Vector3::x());
    let aside = normal.cross(&tangent);
    let coil = coils(&[centre], &[normal], &[tangent])?;
    let found = gains(&dipoles()?, &MegSensors::<Tesla>::magnetometers(&coil, pick_up(m(side)))?)?;
    let rule = gauss_legendre(16);
    let (mut positions, mut weights) = (Vec::new(), Vec::new());
    for (u, w_u) in &rule {
        for (v, w_v) in &rule {
            positions.push(centre + tangent * (u * side / 2.0) + aside * (v * side / 2.0));
            weights.push(w_u * w_v / 4.0);
        }
    }
    let many = coils(&positions, &vec![normal; 256], &vec![tangent; 256])?;
    let field = gains(&dipoles()?, &MegSensors::<Tesla>::magnetometers(&many, PickUp::Point)?)?;
    let mean: f64 = field.column(0).iter().zip(&weights).map(|(field, weight)| field * weight).sum();
    Ok(found[(0, 0)] / mean - 1.0)
}

fn order(pick_up: fn(Meter) -> PickUp, expected: f64) -> Result<f64> {
    let ratio = square(pick_up, 0.005)? / square(pick_up, 0.0025)?;
    Ok((ratio.abs().log2() - expected).abs())
}

fn conductor() -> Result<f64> {
    let sensors = magnetometers(PickUp::SquareOf4(mm(21.0)), 0.0)?;
    let small = SphereModel::homogeneous(mm(80.0), siemens_per_meter(1.0))?;
    let found = small.meg(&dipoles()?, &sensors)?;
    Ok((found.gain().value_unsafe - gains(&dipoles()?, &sensors)?).amax())
}
