//! Dipoles in concentric shells: the series, and three dipoles that stand in for one.

use std::f64::consts::{PI, TAU};

use brainmass_core::units::{Meter, SiemensPerMeter, m, siemens_per_meter};
use brainmass_forward::{OrientedPoints, Points, SphereModel, numbered};
use nalgebra::{DMatrix, DVector, Vector3};

use super::case::{Case, Check};
use super::tools::{gauss_legendre, largest};
use crate::Result;

const RADIUS: f64 = 0.09;
const ZHANG: &str = "Zhang (1995), doi:10.1088/0031-9155/40/3/001: Legendre series, summed with other code";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "four-shells-known-potentials",
        what: "10 nA·m at 7 of 9 cm: 3.492003, 1.000231, 0.024524, −0.237049 µV radial at 0, 30, 60, 90°; \
               1.493037, 0.921869, 0.531498 µV tangential; µV",
        source: ZHANG,
        tolerance: 6e-7,
        why: "half of the last digit given, and the 1e-10 that the series leaves out",
        check: Check::Alone(|| {
            let head = SphereModel::four_shells(m(RADIUS))?;
            known(&head, &[3.492_003, 1.000_231, 0.024_524, -0.237_049], &[1.493_037, 0.921_869, 0.531_498])
        }),
    },
    Case {
        name: "three-shells-known-potentials",
        what: "the same under Rush and Driscoll's skull: 2.538501, 0.763988, 0.075506, −0.169313; 1.035454, \
               0.723338, 0.465745 µV; µV",
        source: "Rush & Driscoll (1969), doi:10.1109/TBME.1969.4502598: radii and conductivities; Zhang's series",
        tolerance: 6e-7,
        why: "half of the last digit given, and the 1e-10 that the series leaves out",
        check: Check::Alone(|| {
            let head = SphereModel::rush_driscoll(m(RADIUS))?;
            known(&head, &[2.538_501, 0.763_988, 0.075_506, -0.169_313], &[1.035_454, 0.723_338, 0.465_745])
        }),
    },
    Case {
        name: "shells-solve-the-boundary-problem",
        what: "four and three shells, eccentricities up to 0.85, both directions, 0 to 175°, relative to the largest",
        source: "continuity of potential and current at each boundary, as a linear system for each of 400 degrees",
        tolerance: 1e-10,
        why: "the bound of what the series leaves out; the requirement is 1e-8",
        check: Check::Alone(boundary_problem),
    },
    Case {
        name: "equal-shells-are-one",
        what: "three shells of one conductivity against the closed form, eccentricity 0.5, relative to the largest",
        source: "Brody, Terry & Ideker (1973), doi:10.1109/TBME.1973.324175",
        tolerance: 1e-10,
        why: "the bound of what the series leaves out",
        check: Check::Alone(equal_shells),
    },
    Case {
        name: "shells-without-mean",
        what: "mean potential of four shells over the sphere, by Gauss–Legendre rings, relative to the largest",
        source: "no current leaves the sphere",
        tolerance: 1e-12,
        why: "quadrature of 64 by 64 points is exact for polynomials of degree 63; the series beyond is (5/9)⁶⁴",
        check: Check::Alone(without_mean),
    },
    Case {
        name: "reciprocity",
        what: "derivative of the gain of one dipole along another's direction less the other way round, four shells, relative",
        source: "Helmholtz: a gain is the field, times the moment, of a current through the electrode, and has no curl",
        tolerance: 1e-6,
        why: "central differences over 20 µm: (10 µm/2 cm)² and rounding of 1e-15·(2 cm/20 µm)",
        check: Check::Alone(reciprocity),
    },
    Case {
        name: "stand-in-dipoles",
        what: "μ 0.94426, 0.66683, −0.27766 and λ 0.13818, 0.68303, −0.01095 of four shells, largest difference",
        source: "Berg & Scherg (1994), doi:10.1016/0013-4694(94)90113-9, with MNE-Python's weights",
        tolerance: 1e-3,
        why: "fits end where their sum of squares no longer falls: it is flat to 1e-3 in the third dipole's place",
        check: Check::Alone(stand_ins),
    },
    Case {
        name: "stand-in-residual",
        what: "what the fit leaves of the weighted sum of squares: 0.0036 %, relative",
        source: "Berg & Scherg (1994), doi:10.1016/0013-4694(94)90113-9, with MNE-Python's weights",
        tolerance: 0.02,
        why: "the digits given",
        check: Check::Alone(|| {
            Ok((SphereModel::four_shells(m(RADIUS))?.stand_ins().residual / 3.6e-5 - 1.0).abs())
        }),
    },
    Case {
        name: "stand-in-potentials",
        what: "three dipoles against the series at 7 of 9 cm, both directions, relative to the radial dipole's peak",
        source: "Berg & Scherg (1994), doi:10.1016/0013-4694(94)90113-9",
        tolerance: 1e-3,
        why: "the error of the approximation: the published μ and λ of the row above leave 0.086 %",
        check: Check::Alone(stand_in_potentials),
    },
];

/// On the surface at an angle from the z axis, in the x–z plane.
fn at_angle(degrees: f64) -> Vector3<f64> {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    Vector3::new(RADIUS * sine, 0.0, RADIUS * cosine)
}

fn points(positions: &[Vector3<f64>]) -> Result<Points> {
    let columns = DMatrix::from_fn(3, positions.len(), |axis, point| positions[point][axis]);
    Ok(Points::new(numbered(positions.len()), Meter::new(columns))?)
}

fn dipole(place: Vector3<f64>, direction: Vector3<f64>) -> Result<OrientedPoints> {
    Ok(points(&[place])?.with_orientations(&DMatrix::from_column_slice(3, 1, direction.as_slice()))?)
}

/// V/(A·m) of a dipole on the z axis.
fn potentials(
    head: &SphereModel,
    depth: f64,
    direction: Vector3<f64>,
    degrees: &[f64],
) -> Result<DVector<f64>> {
    let electrodes: Vec<_> = degrees.iter().map(|angle| at_angle(*angle)).collect();
    let field = head.eeg(&dipole(Vector3::z() * depth, direction)?, &points(&electrodes)?)?;
    Ok(field.gain().value_unsafe.column(0).into_owned())
}

fn known(head: &SphereModel, radial: &[f64], tangential: &[f64]) -> Result<f64> {
    let angles = [0.0, 30.0, 60.0, 90.0];
    let mut errors = Vec::new();
    for (direction, degrees, printed) in
        [(Vector3::z(), &angles[..], radial), (Vector3::x(), &angles[1..], tangential)]
    {
        let found = potentials(head, 0.07, direction, degrees)? * (10e-9 * 1e6);
        errors.extend(found.iter().zip(printed).map(|(found, printed)| (found - printed).abs()));
    }
    Ok(largest(errors))
}

fn reciprocity() -> Result<f64> {
    let head = SphereModel::four_shells(m(RADIUS))?;
    let electrodes = points(&[0.0, 40.0, 75.0, 140.0].map(at_angle))?;
    let gain = |place, q| {
        Ok::<_, crate::Error>(head.eeg(&dipole(place, q)?, &electrodes)?.gain().value_unsafe.clone())
    };
    let h = 1e-5;
    let slope = |place: Vector3<f64>, q, along: Vector3<f64>| {
        Ok::<_, crate::Error>((gain(place + along * h, q)? - gain(place - along * h, q)?) / (2.0 * h))
    };
    let mut errors = Vec::new();
    for place in
        [Vector3::new(0.01, 0.02, 0.03), Vector3::new(-0.04, 0.03, 0.04), Vector3::new(0.0, 0.0, 0.07)]
    {
        for (one, other) in
            [(Vector3::x(), Vector3::y()), (Vector3::y(), Vector3::z()), (Vector3::z(), Vector3::x())]
        {
            let (a, b) = (slope(place, one, other)?, slope(place, other, one)?);
            errors.push((a - b).amax() / slope(place, one, one)?.amax());
        }
    }
    Ok(largest(errors))
}

fn angles() -> Vec<f64> {
    (0..36).map(|k| 5.0 * f64::from(k)).collect()
}

/// The potential on the surface of degree n, where the dipole alone would make S (R/r)ⁿ⁺¹: unknowns are `a_j` and
/// `b_j` of `a (r/r_j)ⁿ + b (r_(j−1)/r)ⁿ⁺¹`, all of the order of one.
fn surface_weight(n: i32, radii: &[f64], sigma: &[f64]) -> Result<f64> {
    let (shells, degree) = (radii.len(), f64::from(n));
    let inner = |j: usize| if j == 0 { radii[0] } else { radii[j - 1] };
    // Potential and current of the two parts of shell j at r.
    let parts = |j: usize, r: f64| {
        let (rising, falling) = ((r / radii[j]).powi(n), (inner(j) / r).powi(n + 1));
        [rising, falling, sigma[j] * degree * rising / r, -sigma[j] * (degree + 1.0) * falling / r]
    };
    let mut system = DMatrix::zeros(2 * shells, 2 * shells);
    let mut right = DVector::zeros(2 * shells);
    for j in 0..shells - 1 {
        let (below, above) = (parts(j, radii[j]), parts(j + 1, radii[j]));
        for (row, [rising, falling]) in [(2 * j, [0, 1]), (2 * j + 1, [2, 3])] {
            system[(row, 2 * j)] = below[rising];
            system[(row, 2 * j + 1)] = below[falling];
            system[(row, 2 * j + 2)] = -above[rising];
            system[(row, 2 * j + 3)] = -above[falling];
        }
    }
    // No current at the surface; in the innermost shell the dipole's own part at r_1 is (R/r_1)ⁿ⁺¹, here 1.
    let last = shells - 1;
    let outer = parts(last, radii[last]);
    (system[(2 * last, 2 * last)], system[(2 * last, 2 * last + 1)]) = (outer[2], outer[3]);
    system[(2 * last + 1, 1)] = 1.0;
    right[2 * last + 1] = 1.0;
    // Currents to the scale of potentials.
    for j in 0..shells {
        let row = if j == last { 2 * last } else { 2 * j + 1 };
        let scale = system.row(row).amax();
        system.row_mut(row).scale_mut(1.0 / scale);
    }
    let solved = system.lu().solve(&right).ok_or("the boundary problem has no solution")?;
    let surface = solved[2 * last] * outer[0] + solved[2 * last + 1] * outer[1];
    Ok(surface * (radii[last] / radii[0]).powi(n + 1))
}

/// The sum over degrees: radial n Pₙ, tangential sin θ P′ₙ.
fn by_boundary_problem(head: &SphereModel, rho: f64, degrees: &[f64]) -> Result<[DVector<f64>; 2]> {
    let (radii, sigma) = (head.radii().value_unsafe, head.conductivities().value_unsafe);
    let mut sums = [DVector::zeros(degrees.len()), DVector::zeros(degrees.len())];
    let factor = 1.0 / (4.0 * PI * sigma[0] * RADIUS * RADIUS);
    let mut legendre: Vec<[f64; 3]> =
        degrees.iter().map(|angle| [1.0, angle.to_radians().cos(), 1.0]).collect();
    for n in 1..400 {
        let order = f64::from(n);
        let weight = factor * surface_weight(n, radii, sigma)? * rho.powi(n - 1);
        for (k, [before, now, slope]) in legendre.iter_mut().enumerate() {
            let (sine, x) = degrees[k].to_radians().sin_cos();
            sums[0][k] += weight * order * *now;
            sums[1][k] += weight * *slope * sine;
            *slope = x * *slope + (order + 1.0) * *now;
            (*before, *now) = (*now, ((2.0 * order + 1.0) * x * *now - order * *before) / (order + 1.0));
        }
    }
    Ok(sums)
}

fn boundary_problem() -> Result<f64> {
    let angles = angles();
    let mut errors = Vec::new();
    for head in [SphereModel::four_shells(m(RADIUS))?, SphereModel::rush_driscoll(m(RADIUS))?] {
        for rho in [0.05, 0.3, 0.6, 0.8, 0.85] {
            let expected = by_boundary_problem(&head, rho, &angles)?;
            for (direction, expected) in [Vector3::z(), Vector3::x()].into_iter().zip(expected) {
                let found = potentials(&head, rho * RADIUS, direction, &angles)?;
                errors.push((found - &expected).amax() / expected.amax());
            }
        }
    }
    Ok(largest(errors))
}

fn equal_shells() -> Result<f64> {
    let alike =
        SphereModel::shells(Meter::new(vec![0.07, 0.08, RADIUS]), SiemensPerMeter::new(vec![0.33; 3]))?;
    let one = SphereModel::homogeneous(m(RADIUS), siemens_per_meter(0.33))?;
    let error = |direction| {
        let closed = potentials(&one, 0.045, direction, &angles())?;
        Ok((potentials(&alike, 0.045, direction, &angles())? - &closed).amax() / closed.amax())
    };
    Ok(largest([Vector3::z(), Vector3::x()].map(error).into_iter().collect::<Result<Vec<f64>>>()?))
}

fn without_mean() -> Result<f64> {
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
    let source = dipole(Vector3::new(0.01, -0.02, 0.0447), Vector3::new(0.3, 0.5, -0.8))?;
    let field = SphereModel::four_shells(m(RADIUS))?.eeg(&source, &points(&surface)?)?;
    let found = field.gain().value_unsafe.column(0);
    Ok(found.dot(&DVector::from_vec(weights)).abs() / found.amax())
}

fn stand_ins() -> Result<f64> {
    let found = SphereModel::four_shells(m(RADIUS))?.stand_ins();
    let known =
        [([0.94426, 0.66683, -0.27766], found.eccentricities), ([0.13818, 0.68303, -0.01095], found.moments)];
    Ok(largest(known.into_iter().flat_map(|(known, found)| (0..3).map(move |j| (known[j] - found[j]).abs()))))
}

fn stand_in_potentials() -> Result<f64> {
    let head = SphereModel::four_shells(m(RADIUS))?;
    let peak = potentials(&head, 0.07, Vector3::z(), &[0.0])?[0];
    let electrodes: Vec<_> = angles().into_iter().map(at_angle).collect();
    let error = |direction| {
        let source = dipole(Vector3::z() * 0.07, direction)?;
        let exact = head.eeg(&source, &points(&electrodes)?)?;
        let close = head.eeg_by_stand_ins(&source, &points(&electrodes)?)?;
        Ok((exact.gain().value_unsafe - close.gain().value_unsafe).amax() / peak)
    };
    Ok(largest([Vector3::z(), Vector3::x()].map(error).into_iter().collect::<Result<Vec<f64>>>()?))
}
