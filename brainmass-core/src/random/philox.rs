//! Philox4x32-10, the counter-based generator of Salmon et al. (2011), "Parallel random numbers: as easy as
//! 1, 2, 3", SC '11, doi:10.1145/2063384.2063405.

use std::convert::Infallible;

use rand::{SeedableRng, TryRng};

const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Four random words for a counter under a key: ten rounds of Philox4x32.
///
/// ```
/// use brainmass_core::random::philox4x32;
/// // Known-answer test of the Random123 distribution (kat_vectors, philox4x32 10).
/// assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
#[inline]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    philox4x32_of_lanes(counter.map(|word| [u64::from(word)]), key).map(|[word]| lower(word))
}

/// [`philox4x32`] of `N` counters at once.
///
/// Words are held in the lower half of 64 bits, where the vector instruction for 32 × 32 bits takes them and leaves
/// its product; the upper half of the result is arbitrary.
#[inline(always)]
pub(super) fn philox4x32_of_lanes<const N: usize>(counter: [[u64; N]; 4], key: [u32; 2]) -> [[u64; N]; 4] {
    let [mut a, mut b, mut c, mut d] = counter;
    let mut key = key;
    for _ in 0..10 {
        for k in 0..N {
            let first = u64::from(lower(a[k])) * MULTIPLIERS[0];
            let second = u64::from(lower(c[k])) * MULTIPLIERS[1];
            a[k] = (second >> 32) ^ b[k] ^ u64::from(key[0]);
            b[k] = second;
            c[k] = (first >> 32) ^ d[k] ^ u64::from(key[1]);
            d[k] = first;
        }
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    [a, b, c, d]
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is asked for")]
pub(super) fn lower(word: u64) -> u32 {
    word as u32
}

/// Philox as a sequential generator, for `rand` and `rand_distr`.
///
/// Where speed matters, [`Stream`](super::Stream) computes a number from its position instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Philox {
    key: [u32; 2],
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Philox {
    pub(crate) fn from_key(key: [u32; 2]) -> Self {
        Self { key, block: 0, words: [0; 4], used: 4 }
    }

    fn next_word(&mut self) -> u32 {
        if self.used == 4 {
            let [low, high] = super::halves(self.block);
            self.words = philox4x32([low, high, 0, 0], self.key);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

impl SeedableRng for Philox {
    type Seed = [u8; 8];

    fn from_seed(seed: Self::Seed) -> Self {
        Self::from_key(super::halves(u64::from_le_bytes(seed)))
    }
}

impl TryRng for Philox {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.next_word());
        Ok(u64::from(self.next_word()) << 32 | low)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        for chunk in destination.chunks_mut(4) {
            let word = self.next_word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    /// Known-answer tests of the Random123 distribution 1.09, file `kat_vectors`, rows `philox4x32 10`.
    #[test]
    fn published_vectors() {
        let ones = u32::MAX;
        assert_eq!(philox4x32([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let key = [0xa409_3822, 0x299f_31d0];
        assert_eq!(philox4x32(counter, key), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    #[test]
    fn the_generator_walks_through_the_blocks() {
        let mut generator = Philox::seed_from_u64(1);
        let mut same = generator.clone();
        let mut bytes = [0; 20];
        generator.fill_bytes(&mut bytes);
        for chunk in bytes.chunks(4) {
            assert_eq!(same.next_u32().to_le_bytes(), chunk);
        }
        assert_eq!(generator, same);
    }
}
