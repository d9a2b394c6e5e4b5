//! MEG coils and contacts inside the head: independent formulas, rules of integration, checks.

use brainmass_core::units::dimension::{Tesla, TeslaPerMeter};
use brainmass_core::units::{Meter, m, mm, siemens_per_meter};
use brainmass_core::{Dual, Real};
use brainmass_forward::{
    CoilPlaces, Frame, MegSensors, NearField, OrientedPoints, PickUp, Points, RigidTransform, Shaft,
    SphereModel, contacts_in_infinite_medium, numbered,
};
use nalgebra::{DMatrix, Rotation3, Vector3};
use proptest::prelude::*;

const RADIUS: f64 = 0.09;

fn matrix(vectors: &[Vector3<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(3, vectors.len(), |component, point| vectors[point][component])
}

fn points(positions: &[Vector3<f64>]) -> Points {
    Points::new(numbered(positions.len()), Meter::new(matrix(positions))).unwrap()
}

fn oriented(place: Vector3<f64>, direction: Vector3<f64>) -> OrientedPoints {
    points(&[place]).with_orientations(&matrix(&[direction])).unwrap()
}

fn coil(place: Vector3<f64>, normal: Vector3<f64>, tangent: Vector3<f64>) -> CoilPlaces {
    oriented(place, normal).with_tangents(&matrix(&[tangent])).unwrap()
}

fn head() -> SphereModel {
    SphereModel::four_shells(m(RADIUS)).unwrap()
}

fn magnetometer(places: &CoilPlaces, pick_up: PickUp) -> MegSensors<Tesla> {
    MegSensors::magnetometers(places, pick_up).unwrap()
}

/// The component along a direction of a field that a point magnetometer records.
fn component(dipole: &OrientedPoints, place: Vector3<f64>, normal: Vector3<f64>) -> f64 {
    let sensor = magnetometer(&oriented(place, normal).with_upward_tangents(), PickUp::Point);
    head().meg(dipole, &sensor).unwrap().gain().value_unsafe[(0, 0)]
}

fn vector(low: f64, high: f64) -> impl Strategy<Value = Vector3<f64>> {
    (low..high, -1.0..1.0_f64, 0.0..std::f64::consts::TAU).prop_map(|(length, height, angle)| {
        let width = (1.0 - height * height).sqrt();
        Vector3::new(width * angle.cos(), width * angle.sin(), height) * length
    })
}

type D = Dual<f64, 3>;

fn dual_dot(a: &[D; 3], b: &[D; 3]) -> D {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Sarvas' potential outside, U = −(q × r₀ · r)/(4πF) with F = |a| (|r||a| + |r|² − r₀·r), differentiated by dual
/// numbers: B = −μ₀ ∇U.
fn minus_gradient(q: Vector3<f64>, r_0: Vector3<f64>, r: Vector3<f64>) -> Vector3<f64> {
    let point = [0, 1, 2].map(|k| D::variable(r[k], k));
    let source = [0, 1, 2].map(|k| D::constant(r_0[k]));
    let turn = q.cross(&r_0);
    let turn = [0, 1, 2].map(|k| D::constant(turn[k]));
    let a = [0, 1, 2].map(|k| point[k] - source[k]);
    let (length, distance) = (dual_dot(&a, &a).sqrt(), dual_dot(&point, &point).sqrt());
    let f = length * (distance * length + dual_dot(&point, &point) - dual_dot(&source, &point));
    let potential = dual_dot(&turn, &point) / f;
    Vector3::from(potential.partials) * 1e-7
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_field_is_the_gradient_of_its_potential(
        place in vector(0.0, 0.08), q in vector(1.0, 1.0001), sensor in vector(0.095, 0.2),
    ) {
        let dipole = oriented(place, q);
        let expected = minus_gradient(q.normalize(), place, sensor);
        let found = Vector3::from([Vector3::x(), Vector3::y(), Vector3::z()].map(|axis| component(&dipole, sensor, axis)));
        // Its size without what cancels: the field of the dipole alone.
        let size = 1e-7 / (sensor - place).norm_squared();
        prop_assert!((found - expected).norm() < 1e-12 * size, "{:e}", (found - expected).norm() / size);
    }

    #[test]
    fn gradiometers_are_differences(place in vector(0.0, 0.08), q in vector(1.0, 1.1), sensor in vector(0.1, 0.15), aside in vector(1.0, 1.1)) {
        let (dipole, normal, b) = (oriented(place, q), sensor.normalize(), 0.0168);
        prop_assume!(normal.cross(&aside).norm() > 0.1);
        let places = coil(sensor, normal, aside);
        let tangent = (aside - normal * normal.dot(&aside)).normalize();
        let of = |sensors: &MegSensors<TeslaPerMeter>| head().meg(&dipole, sensors).unwrap().gain().value_unsafe[(0, 0)];
        let planar = of(&MegSensors::planar_gradiometers(&places, PickUp::Point, m(b)).unwrap());
        let at = |shift: Vector3<f64>| component(&dipole, sensor + shift, normal);
        let size = 1e-7 / (sensor - place).norm_squared() / b;
        prop_assert!((planar - (at(tangent * (b / 2.0)) - at(-tangent * (b / 2.0))) / b).abs() < 1e-13 * size);
        let axial = of(&MegSensors::axial_gradiometers(&places, PickUp::Point, m(b)).unwrap());
        prop_assert!((axial - (at(Vector3::zeros()) - at(normal * b)) / b).abs() < 1e-13 * size);
    }

    /// A radial dipole is silent in every kind of coil.
    #[test]
    fn radial_dipoles_are_silent(place in vector(0.01, 0.08), sensor in vector(0.12, 0.15), normal in vector(1.0, 1.1)) {
        let radial = points(&[place]).radially_oriented().unwrap();
        let places = oriented(sensor, normal).with_upward_tangents();
        let size = 1e-7 / (sensor - place).norm_squared() / 0.01;
        let square = PickUp::SquareOf9(mm(10.0));
        let gradient = MegSensors::planar_gradiometers(&places, square, mm(10.0)).unwrap();
        prop_assert!(head().meg(&radial, &gradient).unwrap().gain().value_unsafe.amax() < 1e-13 * size);
        prop_assert!(head().meg(&radial, &magnetometer(&places, square)).unwrap().gain().value_unsafe.amax() < 1e-13 * size);
    }

    #[test]
    fn moving_coils_and_sources_changes_nothing(
        place in vector(0.0, 0.08), q in vector(1.0, 1.1), sensor in vector(0.12, 0.15), turn in vector(0.0, 3.0), shift in vector(0.0, 0.5),
    ) {
        let rotation = *Rotation3::new(turn).matrix();
        let move_it = RigidTransform::new(Frame::head(), Frame::named("dewar"), rotation, Meter::new(shift.into())).unwrap();
        let (dipole, places) = (oriented(place, q), coil(sensor, sensor, Vector3::new(0.3, 0.5, 0.7)));
        let record = |head: &SphereModel, dipole: &OrientedPoints, places: &CoilPlaces| {
            let coils = MegSensors::planar_gradiometers(places, PickUp::SquareOf4(mm(10.0)), mm(16.8)).unwrap();
            head.meg(dipole, &coils).map(|field| field.gain().value_unsafe[(0, 0)])
        };
        let before = record(&head(), &dipole, &places).unwrap();
        let moved = (head().moved(&move_it).unwrap(), dipole.moved(&move_it).unwrap(), places.moved(&move_it).unwrap());
        let after = record(&moved.0, &moved.1, &moved.2).unwrap();
        prop_assert!((before - after).abs() < 1e-10 * before.abs() + 1e-9 * 1e-7 / 0.01);
        prop_assert!(record(&head(), &dipole, &moved.2).is_err());
    }

    /// Contacts on the surface are electrodes; deep in a large sphere they are in an infinite medium: what the surface
    /// adds is of the order of (distance/R)³ of the potential.
    #[test]
    fn contacts_are_between_the_infinite_medium_and_the_surface(place in vector(0.0, 0.07), q in vector(1.0, 1.1), aside in vector(0.005, 0.01)) {
        let sphere = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(0.33)).unwrap();
        let dipole = oriented(place, q);
        let electrode = points(&[(place + aside).normalize() * RADIUS]);
        let (inside, on) = (
            sphere.intracranial(&dipole, &electrode, NearField::default()).unwrap(),
            sphere.eeg(&dipole, &electrode).unwrap(),
        );
        prop_assert_eq!(inside.gain().value_unsafe, on.gain().value_unsafe);
        let large = SphereModel::homogeneous(m(10.0), siemens_per_meter(0.33)).unwrap();
        let contact = points(&[place + aside]);
        let bounded = large.intracranial(&dipole, &contact, NearField::default()).unwrap();
        let unbounded = contacts_in_infinite_medium(&dipole, &contact, siemens_per_meter(0.33), NearField::default()).unwrap();
        let size = 1.0 / (4.0 * std::f64::consts::PI * 0.33 * aside.norm_squared());
        prop_assert!((bounded.gain().value_unsafe - unbounded.gain().value_unsafe).amax() < 1e-4 * size);
    }

    /// The closed form against its series: (n + 1)/n rⁿ r₀ⁿ⁻¹/R²ⁿ⁺¹ [n Pₙ q_r + P'ₙ q·(r̂ − x r̂₀)] beside the infinite medium.
    #[test]
    fn contacts_sum_the_series(place in vector(0.005, 0.06), q in vector(1.0, 1.0001), contact in vector(0.01, 0.07)) {
        prop_assume!((place - contact).norm() > 0.002);
        let (r_0, r) = (place.norm(), contact.norm());
        let (back, outwards) = (place / r_0, contact / r);
        let x = back.dot(&outwards);
        let (mut before, mut legendre, mut slope, mut sum) = (1.0, x, 1.0, Vector3::zeros());
        for n in 1..200 {
            let order = f64::from(n);
            let weight = (order + 1.0) / order * r * (r * r_0 / (RADIUS * RADIUS)).powi(n - 1) / RADIUS.powi(3);
            sum += (back * (order * legendre) + (outwards - back * x) * slope) * weight;
            slope = x * slope + (order + 1.0) * legendre;
            (before, legendre) = (legendre, ((2.0 * order + 1.0) * x * legendre - order * before) / (order + 1.0));
        }
        let a = contact - place;
        let expected = (a / a.norm().powi(3) + sum).dot(&q.normalize()) / (4.0 * std::f64::consts::PI * 0.33);
        let sphere = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(0.33)).unwrap();
        let found = sphere.intracranial(&oriented(place, q), &points(&[contact]), NearField::default()).unwrap();
        let size = (1.0 / a.norm_squared() + sum.norm()) / (4.0 * std::f64::consts::PI * 0.33);
        prop_assert!((found.gain().value_unsafe[(0, 0)] - expected).abs() < 1e-11 * size);
    }
}

/// Neither the radius nor conductivities enter: the same bits.
#[test]
fn meg_does_not_know_the_conductor() {
    let dipole = oriented(Vector3::new(0.01, -0.03, 0.05), Vector3::new(0.5, 0.2, -0.4));
    let coils = magnetometer(
        &oriented(Vector3::new(0.05, 0.06, 0.09), Vector3::y()).with_upward_tangents(),
        PickUp::Point,
    );
    let other = SphereModel::homogeneous(mm(75.0), siemens_per_meter(1.0)).unwrap();
    let field = |head: &SphereModel| head.meg(&dipole, &coils).unwrap().gain().value_unsafe.clone();
    assert_eq!(field(&head()), field(&other));
}

/// A square coil against the mean over 40 by 40 points, whose own error is a thousandth of it.
#[test]
fn square_coils_average_over_their_loop() {
    let dipole = oriented(Vector3::new(0.0, 0.0, 0.07), Vector3::new(0.3, 1.0, 0.0));
    let (centre, normal) = (Vector3::new(0.03, 0.02, 0.11), Vector3::new(0.2, 0.3, 1.0).normalize());
    let places = coil(centre, normal, Vector3::x());
    let side = 0.03;
    let tangent = (Vector3::x() - normal * normal.x).normalize();
    let across = normal.cross(&tangent);
    let at = |k: u32| side * ((f64::from(k) + 0.5) / 40.0 - 0.5);
    let grid =
        (0..1600).map(|k| component(&dipole, centre + tangent * at(k / 40) + across * at(k % 40), normal));
    let mean = grid.sum::<f64>() / 1600.0;
    let error = |pick_up| {
        let found = head().meg(&dipole, &magnetometer(&places, pick_up)).unwrap().gain().value_unsafe[(0, 0)];
        (found / mean - 1.0).abs()
    };
    let (point, four, nine) =
        (error(PickUp::Point), error(PickUp::SquareOf4(m(side))), error(PickUp::SquareOf9(m(side))));
    assert!(nine < 1e-3 && four < 1e-2 && nine < four && four < point, "{point:e} {four:e} {nine:e}");
    let error = MegSensors::magnetometers(&places, PickUp::SquareOf4(mm(0.0))).unwrap_err();
    assert_eq!(error.to_string(), "side of a square coil: 0 m, but it must be above zero and finite");
    assert!(MegSensors::axial_gradiometers(&places, PickUp::Point, m(f64::NAN)).is_err());
    let along = oriented(centre, normal).with_tangents(&matrix(&[normal * 2.0])).unwrap_err();
    assert!(along.to_string().starts_with("part of the tangent of `0` in the plane of its coil"), "{along}");
}

/// No current leaves the sphere: the potential's slope along the radius vanishes at the surface.
#[test]
fn no_current_crosses_the_surface() {
    let sphere = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(0.33)).unwrap();
    let dipole = oriented(Vector3::new(0.01, 0.02, 0.05), Vector3::new(0.5, -0.2, 0.8));
    let outwards = Vector3::new(0.3, 0.2, 0.9).normalize();
    let h = 1e-5;
    let line: Vec<_> = (0..3).map(|k| outwards * (RADIUS - h * f64::from(k))).collect();
    let field = sphere.intracranial(&dipole, &points(&line), NearField::default()).unwrap();
    let v = field.gain().value_unsafe;
    // One-sided, of second order: the third derivative times h²/3.
    let slope = (3.0 * v[0] - 4.0 * v[1] + v[2]) / (2.0 * h);
    let falls = (v[0] - v[2]).abs() / (2.0 * h);
    assert!(slope.abs() < 1e-3 * v.amax() / 0.02, "{slope:e}, {falls:e}");
    let shells = head().intracranial(&dipole, &points(&line), NearField::default()).unwrap_err();
    assert_eq!(
        shells.to_string(),
        "intracranial lead field: takes a homogeneous sphere, but there are 4 shells"
    );
}

#[test]
fn a_contact_on_a_dipole_is_refused_or_softened() {
    let (dipole, sigma) = (oriented(Vector3::zeros(), Vector3::z()), siemens_per_meter(0.3));
    let contacts = points(&[Vector3::z() * 0.01, Vector3::z() * 0.0002]);
    let field = |near| contacts_in_infinite_medium(&dipole, &contacts, sigma, near);
    assert_eq!(
        field(NearField::default()).unwrap_err().to_string(),
        "distance of contact `1` from dipole `0`: 200 µm, but it must be at least 500 µm, unless it is softened"
    );
    assert!(field(NearField::Softened(mm(-1.0))).is_err());
    let soft = field(NearField::Softened(mm(1.0))).unwrap();
    let at = |distance: f64| 1.0 / (4.0 * std::f64::consts::PI * 0.3 * distance * distance);
    approx::assert_relative_eq!(soft.gain().value_unsafe[0], at(0.01), max_relative = 1e-14);
    // A fifth of the way out of the ball: a fifth of the potential at its edge.
    approx::assert_relative_eq!(soft.gain().value_unsafe[1], 0.2 * at(0.001), max_relative = 1e-14);
}

#[test]
fn shafts_are_checked() {
    let shaft = Shaft {
        name: "B".to_owned(),
        entry: Meter::new([0.06, 0.0, 0.02]),
        direction: [-2.0, 0.0, 0.0],
        depth: mm(50.0),
        n_contacts: 15,
        spacing: mm(3.5),
    };
    let contacts = shaft.contacts().unwrap();
    approx::assert_relative_eq!(contacts.positions().value_unsafe[(0, 0)], 0.01, max_relative = 1e-12);
    assert_eq!(contacts.names().last().unwrap(), "B15");
    let longer = Shaft { n_contacts: 16, ..shaft.clone() }.contacts().unwrap_err();
    assert_eq!(
        longer.to_string(),
        "length of the 16 contacts of shaft `B`: 52.5 mm, but it must be at most the depth 50 mm"
    );
    assert!(Shaft { direction: [0.0; 3], ..shaft.clone() }.contacts().is_err());
    assert!(Shaft { n_contacts: 0, ..shaft.clone() }.contacts().is_err());
    assert!(Shaft { entry: Meter::new([f64::NAN; 3]), ..shaft }.contacts().is_err());
}
