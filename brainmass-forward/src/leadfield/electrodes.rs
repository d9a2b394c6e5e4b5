//! EEG electrodes by name: the 10–20, 10–10 and 10–05 systems on a sphere.

use brainmass_core::{Error, Real, Result};
use nalgebra::Vector3;

use super::{Frame, Points, SphereModel};

/// A system of electrode positions, computed from its definition.
///
/// ```text
/// midline    from the nasion Nz over the vertex Cz to the inion Iz, in steps of 5 % (9°)
/// rings      through Nz, Iz and the preauricular points, and 5 % and 10 % above: half a ring in steps of 5 %
/// rows       from the 10 % ring over the midline to the other side, on the circle through the three points:
///            each half in eighths
/// ```
///
/// On a sphere Nz, T9, Iz and T10 lie on the equator and Cz at the pole. Odd numbers are left, even ones right,
/// `z` is the midline; `h` stands halfway to the next number towards the midline. T3, T4, T5, T6 of older papers are
/// T7, T8, P7, P8. The earlobes A1, A2 are not on the scalp and so not among them.
///
/// ```
/// use brainmass_core::units::mm;
/// use brainmass_forward::{ElectrodeSystem, SphereModel};
/// let head = SphereModel::four_shells(mm(90.0))?;
/// let count = |system: ElectrodeSystem| Ok(system.on(&head)?.names().len());
/// assert_eq!(count(ElectrodeSystem::TenTwenty)?, 21);
/// assert_eq!(count(ElectrodeSystem::TenTen)?, 81);
/// assert_eq!(count(ElectrodeSystem::TenFive)?, 345);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Jasper (1958), Electroenceph. Clin. Neurophysiol. 10:371; Oostenveld & Praamstra (2001), Clin. Neurophysiol.
/// 112:713, doi:10.1016/S1388-2457(00)00527-7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "montage")]
pub enum ElectrodeSystem {
    /// 21 electrodes: 19 of Jasper's, Fpz and Oz.
    TenTwenty,
    /// 81 electrodes in steps of 10 %.
    TenTen,
    /// All 345 in steps of 5 %.
    #[doc(alias = "10-5")]
    TenFive,
}

const TEN_TWENTY: [&str; 21] = [
    "Fp1", "Fpz", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4",
    "P8", "O1", "Oz", "O2",
];

/// The names of the midline from Nz to Iz without their `z`.
const MIDLINE: [&str; 21] = [
    "N", "NFp", "Fp", "AFp", "AF", "AFF", "F", "FFC", "FC", "FCC", "C", "CCP", "CP", "CPP", "P", "PPO", "PO",
    "POO", "O", "OI", "I",
];

/// What a row is called from the number `7h` outwards; the rest is called as the midline.
const OUTER: [(usize, &str); 7] =
    [(7, "FFT"), (8, "FT"), (9, "FTT"), (10, "T"), (11, "TTP"), (12, "TP"), (13, "TPP")];

/// The rows that cross the head: `AFp` to `POO`.
const CROSSING: std::ops::RangeInclusive<usize> = 3..=17;

/// Numbers of a row from the 10 % ring to the midline, and where they stand: eighths of the way from the midline.
const INNER: [(&str, f64, bool); 7] = [
    ("7h", 7.0, true),
    ("5", 6.0, false),
    ("5h", 5.0, false),
    ("3", 4.0, false),
    ("3h", 3.0, false),
    ("1", 2.0, false),
    ("1h", 1.0, false),
];

/// An electrode on the left or the midline.
struct Place {
    name: String,
    /// Of length one.
    direction: Vector3<f64>,
    /// Whether it is one of the 10–10 system.
    ten_ten: bool,
}

impl ElectrodeSystem {
    /// The system by its name: `10-20`, `10-10` or `10-05`.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names.
    pub fn by_name(name: &str) -> Result<Self> {
        match name {
            "10-20" => Ok(Self::TenTwenty),
            "10-10" => Ok(Self::TenTen),
            "10-05" => Ok(Self::TenFive),
            other => Err(Error::unknown("electrode system", other, ["10-20", "10-10", "10-05"])),
        }
    }

    /// The electrodes on a head, from the nose to the back and in each row from left to right.
    ///
    /// # Errors
    /// [`Error::Shape`] for a head that is not in [`Frame::head`], whose axes say where the nose is.
    pub fn on(self, head: &SphereModel) -> Result<Points> {
        Frame::head().check("a head with electrodes", head.frame())?;
        let (mut names, mut positions) = (Vec::new(), Vec::new());
        for row in 0..MIDLINE.len() {
            let left: Vec<Place> = left_half(row).into_iter().filter(|place| self.has(place)).collect();
            let middle = Some(midline(row)).filter(|place| self.has(place));
            let right: Vec<Place> = left.iter().rev().map(mirrored).collect();
            for place in left.into_iter().chain(middle).chain(right) {
                names.push(place.name);
                positions.push(head.on_surface(&place.direction));
            }
        }
        Points::of_vectors(names, positions, Frame::head())
    }

    fn has(self, place: &Place) -> bool {
        match self {
            // Of a name on the left, its partner follows.
            Self::TenTwenty => TEN_TWENTY.contains(&place.name.as_str()),
            Self::TenTen => place.ten_ten,
            Self::TenFive => true,
        }
    }
}

/// So many twentieths of half a circle, in radians.
fn twentieths(count: usize) -> f64 {
    std::f64::consts::PI * count as f64 / 20.0
}

fn midline(row: usize) -> Place {
    let angle = twentieths(row);
    let direction = Vector3::new(0.0, Real::cos(angle), Real::sin(angle));
    Place { name: format!("{}z", MIDLINE[row]), direction, ten_ten: row.is_multiple_of(2) }
}

/// On the left of the ring that runs so many twentieths above the equator, as far back as the row.
fn on_ring(above: usize, row: usize) -> Vector3<f64> {
    let (height, back) = (twentieths(above), twentieths(row));
    let across = Real::cos(height);
    Vector3::new(-across * Real::sin(back), across * Real::cos(back), Real::sin(height))
}

/// The electrodes of a row on the left, from the equator to the midline.
fn left_half(row: usize) -> Vec<Place> {
    let even = row.is_multiple_of(2);
    let ring = |above: usize, name: String| Place {
        name,
        direction: on_ring(above, row),
        ten_ten: even && above != 1,
    };
    // The rows at the ends have electrodes on the rings only: 10 % beside the midline those numbered 1.
    let (front, back) = (["N", "NFp", "Fp"], ["I", "OI", "O"]);
    let ends = |names: [&str; 3], number: &str| {
        (0..3).map(|above| ring(above, format!("{}{number}", names[above]))).collect()
    };
    match row {
        1 => return ends(front, "1h"),
        2 => return ends(front, "1"),
        18 => return ends(back, "1"),
        19 => return ends(back, "1h"),
        row if !CROSSING.contains(&row) => return Vec::new(),
        _ => {}
    }
    let inner = MIDLINE[row];
    let outer = OUTER.iter().find(|(of, _)| *of == row).map_or(inner, |(_, name)| *name);
    let mut places: Vec<Place> = ["9", "9h", "7"]
        .iter()
        .enumerate()
        .map(|(above, number)| ring(above, format!("{outer}{number}")))
        .collect();
    let arc = Arc::over(on_ring(2, row), midline(row).direction);
    // Beside AFz and POz there is room for one electrode in steps of 10 %.
    let narrow = row == 4 || row == 16;
    places.extend(INNER.iter().map(|(number, eighths, is_outer)| {
        let name = format!("{}{number}", if *is_outer { outer } else { inner });
        let ten_ten = even && !number.ends_with('h') && (!narrow || *number == "3");
        Place { name, direction: arc.at(eighths / 8.0), ten_ten }
    }));
    places
}

/// The same on the right: the next number, the other side.
fn mirrored(place: &Place) -> Place {
    let digits = |letter: char| letter.is_ascii_digit();
    let begin = place.name.find(digits).unwrap_or(place.name.len());
    let (row, number) = place.name.split_at(begin);
    let (number, half) = number.strip_suffix('h').map_or((number, ""), |number| (number, "h"));
    let even = match number {
        "1" => "2",
        "3" => "4",
        "5" => "6",
        "7" => "8",
        _ => "10",
    };
    let mut direction = place.direction;
    direction.x = -direction.x;
    Place { name: format!("{row}{even}{half}"), direction, ten_ten: place.ten_ten }
}

/// The circle through a point on the left, one on the midline and one on the right.
struct Arc {
    centre: Vector3<f64>,
    /// From the centre to the midline.
    up: Vector3<f64>,
    /// From the centre to the left, as long.
    aside: Vector3<f64>,
    /// The angle of the point on the left.
    angle: f64,
}

impl Arc {
    fn over(left: Vector3<f64>, middle: Vector3<f64>) -> Self {
        // The plane holds x and the way from between the two sides to the midline.
        let between = Vector3::new(0.0, left.y, left.z);
        let rise = (middle - between).normalize();
        let centre = middle - rise * middle.dot(&rise);
        let up = middle - centre;
        let radius = up.norm();
        let (cosine, sine) = ((left - centre).dot(&up) / radius, -left.x);
        Self { centre, up, aside: -Vector3::x() * radius, angle: f64::atan2(sine, cosine) }
    }

    /// A part of the way from the midline to the left.
    fn at(&self, part: f64) -> Vector3<f64> {
        let angle = self.angle * part;
        self.centre + self.up * Real::cos(angle) + self.aside * Real::sin(angle)
    }
}
