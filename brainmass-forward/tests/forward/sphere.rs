//! The spherical head: closed forms, symmetries, checks of the geometry.

use brainmass_core::units::dimension::Tesla;
use brainmass_core::units::{Meter, m, mm, siemens_per_meter};
use brainmass_forward::{Eeg, Meg, MegSensors, OrientedPoints, PickUp, Points, SphereModel, numbered};
use nalgebra::{DMatrix, Rotation3, Vector3};
use proptest::prelude::*;

const RADIUS: f64 = 0.09;

fn matrix(vectors: &[Vector3<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(3, vectors.len(), |component, point| vectors[point][component])
}

fn points(positions: &[Vector3<f64>]) -> Points {
    Points::new(numbered(positions.len()), Meter::new(matrix(positions))).unwrap()
}

fn oriented(positions: &[Vector3<f64>], orientations: &[Vector3<f64>]) -> OrientedPoints {
    points(positions).with_orientations(&matrix(orientations)).unwrap()
}

fn head() -> SphereModel {
    SphereModel::homogeneous(m(RADIUS), siemens_per_meter(0.33)).unwrap()
}

fn magnetometers(points: OrientedPoints) -> MegSensors<Tesla> {
    MegSensors::magnetometers(&points.with_upward_tangents(), PickUp::Point).unwrap()
}

fn eeg(dipoles: &OrientedPoints, electrodes: &[Vector3<f64>]) -> Eeg {
    head().eeg(dipoles, &points(electrodes)).unwrap()
}

/// The three components of the field at each point.
fn field(dipoles: &OrientedPoints, sensors: &[Vector3<f64>]) -> Vec<Vector3<f64>> {
    let component = |axis: Vector3<f64>| {
        let sensors = magnetometers(oriented(sensors, &vec![axis; sensors.len()]));
        head().meg(dipoles, &sensors).unwrap()
    };
    let axes: Vec<Meg> = [Vector3::x(), Vector3::y(), Vector3::z()].map(component).to_vec();
    let at = |sensor| Vector3::from_fn(|axis, _| axes[axis].gain().value_unsafe[(sensor, 0)]);
    (0..sensors.len()).map(at).collect()
}

/// On the surface at an angle from the z axis, in the x–z plane.
fn at_angle(degrees: f64) -> Vector3<f64> {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    Vector3::new(RADIUS * sine, 0.0, RADIUS * cosine)
}

/// 10 nA·m at 7 cm in a sphere of 9 cm and 0.33 S/m: values in µV to the digits printed.
#[test]
fn potentials_are_the_known_ones() {
    let place = [Vector3::new(0.0, 0.0, 0.07)];
    let electrodes = [0.0, 30.0, 60.0, 90.0].map(at_angle);
    let microvolts =
        |direction| eeg(&oriented(&place, &[direction]), &electrodes).gain().value_unsafe * 10e-9 * 1e6;
    let radial = microvolts(Vector3::z());
    for (found, printed) in radial.iter().zip([13.39688, 0.772_566, -0.181_759, -0.308_395]) {
        approx::assert_relative_eq!(*found, printed, max_relative = 2e-6);
    }
    let tangential = microvolts(Vector3::x());
    for (found, printed) in tangential.iter().skip(1).zip([2.804_480, 1.041_419, 0.527_839]) {
        approx::assert_relative_eq!(*found, printed, max_relative = 1e-6);
    }
    // A dipole at the centre: 3 q cos θ/(4π σ R²).
    let centre = eeg(&oriented(&[Vector3::zeros()], &[Vector3::z()]), &electrodes);
    for (gain, degrees) in centre.gain().value_unsafe.iter().zip([0.0_f64, 30.0, 60.0, 90.0]) {
        let expected =
            3.0 * degrees.to_radians().cos() / (4.0 * std::f64::consts::PI * 0.33 * RADIUS * RADIUS);
        approx::assert_relative_eq!(*gain, expected, max_relative = 1e-13, epsilon = 1e-13 * 90.0);
    }
}

/// The closed form against its Legendre series, whose terms are (2n+1)/n · r₀^(n−1)/R^(n+1) times n Pₙ for the
/// radial and the associated function Pₙ¹ for the tangential dipole.
#[test]
fn the_closed_form_sums_the_series() {
    let (r_0, degrees) = (0.05_f64, 40.0_f64);
    let (sine, x) = degrees.to_radians().sin_cos();
    let (mut before, mut legendre) = (1.0, x);
    let (mut radial, mut tangential) = (0.0, 0.0);
    for n in 1..120 {
        let order = f64::from(n);
        let weight = (2.0 * order + 1.0) / order * r_0.powi(n - 1) / RADIUS.powi(n + 1);
        // (1 − x²) P_n' = n (P_(n−1) − x P_n), and P_n¹ without its sign is √(1 − x²) P_n'.
        radial += weight * order * legendre;
        tangential += weight * order * (before - x * legendre) / sine;
        (before, legendre) =
            (legendre, ((2.0 * order + 1.0) * x * legendre - order * before) / (order + 1.0));
    }
    let place = [Vector3::new(0.0, 0.0, r_0)];
    let factor = 1.0 / (4.0 * std::f64::consts::PI * 0.33);
    let at =
        |direction| eeg(&oriented(&place, &[direction]), &[at_angle(degrees)]).gain().value_unsafe[(0, 0)];
    approx::assert_relative_eq!(at(Vector3::z()), radial * factor, max_relative = 1e-12);
    approx::assert_relative_eq!(at(Vector3::x()), tangential * factor, max_relative = 1e-12);
}

/// r₀ = (0, 0, 7) cm, q = 10 nA·m along x, r = (0, 6, 10) cm: values in fT to the digits printed.
#[test]
fn the_magnetic_field_is_the_known_one() {
    let dipole = oriented(&[Vector3::new(0.0, 0.0, 0.07)], &[Vector3::x()]);
    let point = Vector3::new(0.0, 0.06, 0.10);
    let femtotesla = field(&dipole, &[point])[0] * 10e-9 * 1e15;
    approx::assert_abs_diff_eq!(femtotesla, Vector3::new(0.0, 63.4285, 101.0760), epsilon = 5e-5);
    approx::assert_abs_diff_eq!(femtotesla.dot(&point.normalize()), 119.3057, epsilon = 5e-5);
}

/// Product quadrature over the sphere: Gauss–Legendre is replaced by the midpoint rule in cos θ and φ, whose
/// error falls with the square of the number of rings.
#[test]
fn the_potential_has_no_mean_over_the_sphere() {
    let dipole = oriented(&[Vector3::new(0.01, -0.02, 0.04)], &[Vector3::new(0.3, 0.5, -0.8)]);
    let mean = |rings: u32| {
        let surface: Vec<Vector3<f64>> = (0..rings)
            .flat_map(|ring| {
                let height = -1.0 + 2.0 * (f64::from(ring) + 0.5) / f64::from(rings);
                let width = (1.0 - height * height).sqrt();
                (0..rings).map(move |k| {
                    let (sine, cosine) = (std::f64::consts::TAU * f64::from(k) / f64::from(rings)).sin_cos();
                    Vector3::new(width * cosine, width * sine, height) * RADIUS
                })
            })
            .collect();
        let gains = eeg(&dipole, &surface);
        (gains.gain().value_unsafe.mean().abs(), gains.gain().value_unsafe.amax())
    };
    let ((coarse, _), (fine, largest)) = (mean(50), mean(100));
    assert!(fine < 1e-4 * largest && fine < 0.3 * coarse, "{coarse:e}, {fine:e} of {largest:e}");
}

#[test]
fn the_geometry_is_checked() {
    let inside = points(&[Vector3::new(0.0, 0.0, 0.07)]).radially_oriented().unwrap();
    let outside = points(&[Vector3::new(0.0, 0.0, 0.095)]).radially_oriented().unwrap();
    let electrode = points(&[at_angle(0.0)]);
    let text = |result: brainmass_core::Result<Eeg>| result.unwrap_err().to_string();
    assert_eq!(
        text(head().eeg(&outside, &electrode)),
        "distance of dipole `0` from the centre of the sphere: 95 mm, but it must be below the radius 90 mm"
    );
    assert_eq!(
        text(head().eeg(&inside, outside.points())),
        "distance of electrode `0` from the centre of the sphere: 95 mm, but it must be the radius 90 mm"
    );
    let near = magnetometers(inside.clone());
    assert_eq!(
        head().meg(&inside, &near).unwrap_err().to_string(),
        "distance of magnetometer `0` from the centre of the sphere: 70 mm, but it must be above the radius 90 mm"
    );
    assert!(head().meg(&outside, &magnetometers(outside.clone())).is_err());
    assert!(SphereModel::homogeneous(mm(0.0), siemens_per_meter(0.33)).is_err());
    assert!(SphereModel::homogeneous(mm(90.0), siemens_per_meter(-1.0)).is_err());
    assert!(SphereModel::four_shells(m(f64::NAN)).is_err());
    assert!(points(&[Vector3::zeros()]).radially_oriented().is_err());
    assert!(points(&[Vector3::zeros()]).with_orientations(&DMatrix::zeros(3, 1)).is_err());
    assert!(Points::new(numbered(2), Meter::new(DMatrix::zeros(3, 1))).is_err());
    assert!(Points::new(numbered(1), Meter::new(DMatrix::from_element(3, 1, f64::NAN))).is_err());
}

/// A vector of a length within bounds, in any direction.
fn vector(low: f64, high: f64) -> impl Strategy<Value = Vector3<f64>> {
    (low..high, -1.0..1.0_f64, 0.0..std::f64::consts::TAU).prop_map(|(length, height, angle)| {
        let width = (1.0 - height * height).sqrt();
        Vector3::new(width * angle.cos(), width * angle.sin(), height) * length
    })
}

proptest! {
    /// To rounding, against a tangential dipole at the same place.
    #[test]
    fn a_radial_dipole_is_silent_in_meg(place in vector(0.001, 0.089), sensor in vector(0.091, 0.2)) {
        let radial = field(&points(&[place]).radially_oriented().unwrap(), &[sensor])[0];
        let tangent = place.cross(&Vector3::new(0.3, -0.5, 0.7));
        let tangential = field(&oriented(&[place], &[tangent]), &[sensor])[0];
        prop_assert!(radial.norm() <= 1e-14 * tangential.norm(), "{} of {}", radial.norm(), tangential.norm());
    }

    /// The radial component is that of the dipole alone, by Biot and Savart: volume currents do not add to it.
    #[test]
    fn the_radial_component_is_biot_savart(place in vector(0.0, 0.08), moment in vector(1.0, 1.0001), sensor in vector(0.095, 0.2)) {
        let a = sensor - place;
        let alone = moment.normalize().cross(&a) * (1e-7 / a.norm().powi(3));
        let whole = field(&oriented(&[place], &[moment]), &[sensor])[0];
        let outwards = sensor.normalize();
        prop_assert!((whole.dot(&outwards) - alone.dot(&outwards)).abs() < 1e-12 * alone.norm());
    }

    /// Turning sources and sensors together changes nothing.
    #[test]
    fn turning_everything_changes_nothing(
        place in vector(0.0, 0.08), moment in vector(1.0, 1.1), sensor in vector(0.095, 0.2), turn in vector(0.0, 3.0),
    ) {
        let rotation = Rotation3::new(turn);
        let electrode = sensor.normalize() * RADIUS;
        let (dipole, turned) = (oriented(&[place], &[moment]), oriented(&[rotation * place], &[rotation * moment]));
        let potential = |dipole, electrode| eeg(dipole, &[electrode]).gain().value_unsafe[(0, 0)];
        let (before, after) = (potential(&dipole, electrode), potential(&turned, rotation * electrode));
        prop_assert!((before - after).abs() < 1e-10 * (before.abs() + 1.0));
        let (before, after) = (field(&dipole, &[sensor])[0], field(&turned, &[rotation * sensor])[0]);
        prop_assert!((rotation * before - after).norm() < 1e-11 * before.norm() + 1e-18);
    }

    /// Superposition: a dipole is the sum of its components, and two dipoles record the sum of what each records.
    #[test]
    fn dipoles_add_up(
        place in vector(0.0, 0.08), a in vector(1.0, 1.1), b in vector(0.1, 3.0), sensor in vector(0.095, 0.2),
    ) {
        let electrode = [sensor.normalize() * RADIUS];
        let both = |moment: Vector3<f64>| {
            let (size, dipole) = (moment.norm(), oriented(&[place], &[moment]));
            let field = field(&dipole, &[sensor])[0];
            (eeg(&dipole, &electrode).gain().value_unsafe[(0, 0)] * size, field * size)
        };
        prop_assume!((a + b).norm() > 1e-3);
        let ((v_a, b_a), (v_b, b_b), (v, b)) = (both(a), both(b), both(a + b));
        // The closed forms cancel by two digits, and a + b may be a thousandth of its terms.
        prop_assert!((v - v_a - v_b).abs() < 1e-11 * (v_a.abs() + v_b.abs()) + 1e-12);
        prop_assert!((b - b_a - b_b).norm() < 1e-11 * (b_a.norm() + b_b.norm()) + 1e-19);
    }

    /// Units: the same head in millimetres or metres; and a head k times as large has potentials and fields 1/k² as large.
    #[test]
    fn units_and_size_do_not_matter(
        place in vector(0.0, 0.08), q in vector(1.0, 1.1), sensor in vector(0.095, 0.2), k in 0.01..100.0_f64,
    ) {
        let of = |radius: Meter, k: f64| {
            let head = SphereModel::homogeneous(radius, siemens_per_meter(0.33)).unwrap();
            let dipole = oriented(&[place * k], &[q]);
            let electrode = points(&[sensor.normalize() * RADIUS * k]);
            let coil = magnetometers(oriented(&[sensor * k], &[Vector3::new(0.2, 0.5, -0.4)]));
            let potential = head.eeg(&dipole, &electrode).unwrap().gain().value_unsafe[(0, 0)];
            (potential, head.meg(&dipole, &coil).unwrap().gain().value_unsafe[(0, 0)])
        };
        let (metres, millimetres, scaled) = (of(m(RADIUS), 1.0), of(mm(90.0), 1.0), of(m(RADIUS * k), k));
        let close = |found: f64, expected: f64, size: f64| (found - expected).abs() < 1e-11 * (expected.abs() + size);
        // What a dipole makes at a hundredth of a metre squared: terms that may cancel have this size.
        let (volts, teslas) = (10.0, 1e-6);
        prop_assert!(close(millimetres.0, metres.0, volts) && close(millimetres.1, metres.1, teslas));
        prop_assert!(close(scaled.0 * k * k, metres.0, volts) && close(scaled.1 * k * k, metres.1, teslas));
    }
}
