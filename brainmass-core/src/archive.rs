//! The state of a machine, written down and read back.

use crate::{Error, Result};

/// Takes the state of a machine down, or brings it back: one description of the state serves both.
///
/// Numbers keep all their bits. A machine names what moves, in a fixed order; what it was built from is not
/// state.
///
/// ```
/// use brainmass_core::Archive;
/// struct Filter { tail: Vec<f64>, filled: usize }
/// impl Filter {
///     fn archive(&mut self, archive: &mut Archive) -> brainmass_core::Result<()> {
///         archive.numbers(&mut self.tail)?;
///         archive.count(&mut self.filled)
///     }
/// }
/// let mut filter = Filter { tail: vec![0.5, 0.25], filled: 7 };
/// let mut writer = Archive::writer();
/// filter.archive(&mut writer)?;
/// let mut other = Filter { tail: vec![0.0; 2], filled: 0 };
/// other.archive(&mut Archive::reader(writer.into_bytes()))?;
/// assert_eq!((other.tail, other.filled), (vec![0.5, 0.25], 7));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Archive {
    bytes: Vec<u8>,
    /// Where the next number is read; none while writing.
    position: Option<usize>,
}

impl Archive {
    /// An archive that takes a state down.
    pub fn writer() -> Self {
        Self { bytes: Vec::new(), position: None }
    }

    /// The same with room for so many bytes.
    pub fn writer_of(n_bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(n_bytes), position: None }
    }

    /// An archive that brings a state back.
    pub fn reader(bytes: Vec<u8>) -> Self {
        Self { bytes, position: Some(0) }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Checks that all that was written has been read.
    ///
    /// # Errors
    /// [`Error::Shape`] if something is left.
    pub fn finish(self) -> Result<()> {
        match self.position {
            Some(position) if position != self.bytes.len() => {
                Err(differs(format!("{position} bytes"), format!("{} bytes", self.bytes.len())))
            }
            _ => Ok(()),
        }
    }

    /// One number.
    ///
    /// # Errors
    /// [`Error::Shape`] at the end of what was written; so all the others.
    pub fn number(&mut self, number: &mut f64) -> Result<()> {
        let mut bits = number.to_bits();
        self.word(&mut bits)?;
        *number = f64::from_bits(bits);
        Ok(())
    }

    /// A position in a sequence that may be longer than memory.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn position(&mut self, position: &mut u64) -> Result<()> {
        self.word(position)
    }

    /// A count of what is in memory.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn count(&mut self, count: &mut usize) -> Result<()> {
        let mut word = *count as u64;
        self.word(&mut word)?;
        let found = || format!("a count of {word}");
        *count = usize::try_from(word)
            .map_err(|_| differs("a count of this machine's size".to_owned(), found()))?;
        Ok(())
    }

    /// Numbers whose count is part of how the machine was built.
    ///
    /// # Errors
    /// As [`number`](Self::number); another count.
    pub fn numbers(&mut self, numbers: &mut [f64]) -> Result<()> {
        let mut count = numbers.len();
        self.count(&mut count)?;
        if count != numbers.len() {
            return Err(differs(format!("{} numbers", numbers.len()), format!("{count}")));
        }
        self.each(numbers)
    }

    /// Numbers whose count is known, which is not written.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn each(&mut self, numbers: &mut [f64]) -> Result<()> {
        let Some(position) = &mut self.position else {
            // Word by word: of bytes one after the other the compiler makes no vectors.
            let begin = self.bytes.len();
            self.bytes.resize(begin + 8 * numbers.len(), 0);
            let (words, _) = self.bytes[begin..].as_chunks_mut::<8>();
            for (word, number) in words.iter_mut().zip(numbers) {
                *word = number.to_bits().to_le_bytes();
            }
            return Ok(());
        };
        let end = *position + 8 * numbers.len();
        let bytes = self.bytes.get(*position..end);
        let bytes =
            bytes.ok_or_else(|| differs(format!("{} numbers", numbers.len()), "its end".to_owned()))?;
        let (words, _) = bytes.as_chunks::<8>();
        for (number, word) in numbers.iter_mut().zip(words) {
            *number = f64::from_bits(u64::from_le_bytes(*word));
        }
        *position = end;
        Ok(())
    }

    /// Numbers whose count moves.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn series(&mut self, series: &mut Vec<f64>) -> Result<()> {
        let mut count = series.len();
        self.count(&mut count)?;
        if let Some(position) = self.position {
            // Not more than there is, whatever a damaged count says.
            if count > (self.bytes.len() - position) / 8 {
                return Err(differs(
                    format!("{count} numbers"),
                    format!("{} bytes", self.bytes.len() - position),
                ));
            }
            series.resize(count, 0.0);
        }
        self.each(series)
    }

    fn word(&mut self, word: &mut u64) -> Result<()> {
        let Some(position) = &mut self.position else {
            self.bytes.extend_from_slice(&word.to_le_bytes());
            return Ok(());
        };
        let bytes = self.bytes.get(*position..*position + 8).and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| differs("another number".to_owned(), "its end".to_owned()))?;
        *position += 8;
        *word = u64::from_le_bytes(bytes);
        Ok(())
    }
}

fn differs(expected: String, found: String) -> Error {
    Error::shape("archived state", expected, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_archive_is_an_error() {
        let mut writer = Archive::writer();
        writer.series(&mut vec![1.0, f64::NEG_INFINITY]).unwrap();
        let bytes = writer.into_bytes();
        let read = |bytes: &[u8]| {
            let (mut archive, mut series) = (Archive::reader(bytes.to_vec()), Vec::new());
            archive.series(&mut series)?;
            archive.finish().map(|()| series)
        };
        assert_eq!(read(&bytes).unwrap(), [1.0, f64::NEG_INFINITY]);
        assert!(read(&bytes[..20]).is_err());
        assert!(read(&[&bytes[..], &[0; 8]].concat()).is_err());
        let mut huge = bytes.clone();
        huge[6] = 0xff;
        assert!(read(&huge).is_err());
    }
}
