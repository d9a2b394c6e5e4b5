//! Philox4x32-10, the counter-based generator of Salmon et al. (2011), "Parallel random numbers: as easy as
//! 1, 2, 3", SC '11, doi:10.1145/2063384.2063405.

use std::convert::Infallible;

use rand::{SeedableRng, TryRng};

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Four random words for a counter under a key: ten rounds of Philox4x32.
///
/// ```
/// use brainmass_core::random::philox4x32;
/// // Known-answer test of the Random123 distribution (kat_vectors, philox4x32 10).
/// assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
#[inline]
pub fn philox4x32(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [high_0, low_0] = product(MULTIPLIERS[0], counter[0]);
        let [high_1, low_1] = product(MULTIPLIERS[1], counter[2]);
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a u64 are u32")]
fn product(a: u32, b: u32) -> [u32; 2] {
    let wide = u64::from(a) * u64::from(b);
    [(wide >> 32) as u32, wide as u32]
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
