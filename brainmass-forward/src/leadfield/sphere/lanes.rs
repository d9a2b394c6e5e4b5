//! What sensors see of a dipole, several sensors at a time.

use brainmass_core::{CpuLevel, Kernel, Lanes, Real};
use nalgebra::{DMatrix, Vector3};

use crate::leadfield::OrientedPoints;

/// How many sensors an instruction or two work on.
pub(super) const WIDTH: usize = 8;
/// As many numbers, one for each sensor.
pub(super) type Lane = Lanes<f64, WIDTH>;

/// What a sensor records of a dipole, per component of the dipole's moment.
pub(in crate::leadfield) trait LeadVector<const S: usize> {
    /// From what describes a sensor, `S` numbers.
    ///
    /// Implementors mark it `#[inline(always)]`, so that it runs with the CPU's vector instructions.
    fn lead_vector(&self, sensor: &[Lane; S]) -> [Lane; 3];
}

/// Sensors in chunks of [`WIDTH`], each described by `S` numbers at each of its points of integration.
#[derive(Clone, Debug)]
pub(in crate::leadfield) struct SensorLanes<const S: usize> {
    n_sensors: usize,
    n_points: usize,
    /// The points of a chunk, then those of the next one.
    chunks: Vec<[Lane; S]>,
}

impl<const S: usize> SensorLanes<S> {
    /// From all points of a sensor, then all of the next one. Lanes without a sensor repeat the last one.
    pub(in crate::leadfield) fn new(n_points: usize, points: &[[f64; S]]) -> Self {
        let n_sensors = points.len() / n_points;
        let number = |chunk: usize, point: usize, k: usize| {
            Lanes(std::array::from_fn(|lane| {
                let sensor = (WIDTH * chunk + lane).min(n_sensors - 1);
                points[n_points * sensor + point][k]
            }))
        };
        let places = (0..n_sensors.div_ceil(WIDTH)).flat_map(|c| (0..n_points).map(move |p| (c, p)));
        let chunks = places.map(|(chunk, point)| std::array::from_fn(|k| number(chunk, point, k)));
        Self { n_sensors, n_points, chunks: chunks.collect() }
    }

    /// The lead field, sensors × dipoles. Dipoles that follow each other at one place share their lead vectors.
    pub(in crate::leadfield) fn lead_field<L: LeadVector<S>>(
        &self,
        dipoles: &OrientedPoints,
        mut at: impl FnMut(&Vector3<f64>) -> L,
    ) -> DMatrix<f64> {
        let n = self.n_sensors;
        let mut gain = DMatrix::zeros(n, dipoles.points().names().len());
        let mut vectors = vec![[Lane::from_f64(0.0); 3]; self.chunks.len() / self.n_points];
        let mut last = None;
        for ((position, moment), column) in dipoles.iter().zip(gain.as_mut_slice().chunks_exact_mut(n)) {
            if last != Some(position) {
                let source = &at(position);
                CpuLevel::best().run(Fill { source, sensors: self, vectors: &mut vectors });
                last = Some(position);
            }
            CpuLevel::best().run(Record { vectors: &vectors, moment: (*moment).into(), column });
        }
        gain
    }
}

/// The lead vectors of one place.
struct Fill<'a, L, const S: usize> {
    source: &'a L,
    sensors: &'a SensorLanes<S>,
    vectors: &'a mut [[Lane; 3]],
}

impl<L: LeadVector<S>, const S: usize> Kernel for Fill<'_, L, S> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let points = self.sensors.chunks.chunks_exact(self.sensors.n_points);
        for (points, vector) in points.zip(self.vectors) {
            let mut sum = self.source.lead_vector(&points[0]);
            for point in &points[1..] {
                let more = self.source.lead_vector(point);
                sum = [sum[0] + more[0], sum[1] + more[1], sum[2] + more[2]];
            }
            *vector = sum;
        }
    }
}

/// The column of a dipole: lead vectors times its moment.
struct Record<'a> {
    vectors: &'a [[Lane; 3]],
    moment: [f64; 3],
    column: &'a mut [f64],
}

impl Kernel for Record<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (vector, gains) in self.vectors.iter().zip(self.column.chunks_mut(WIDTH)) {
            let gain = dot(vector, &constants(self.moment));
            gains.copy_from_slice(&gain.0[..gains.len()]);
        }
    }
}

/// Three numbers, the same for all sensors.
#[inline(always)]
pub(super) fn constants<T: Real>([x, y, z]: [f64; 3]) -> [T; 3] {
    [T::from_f64(x), T::from_f64(y), T::from_f64(z)]
}

#[inline(always)]
pub(super) fn dot<T: Real>(a: &[T; 3], b: &[T; 3]) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[inline(always)]
pub(super) fn cross<T: Real>(a: &[T; 3], b: &[T; 3]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[inline(always)]
pub(super) fn difference<T: Real>(a: &[T; 3], b: &[T; 3]) -> [T; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// The sum s a + t b.
#[inline(always)]
pub(super) fn combination<T: Real>(s: T, a: &[T; 3], t: T, b: &[T; 3]) -> [T; 3] {
    [s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]]
}
