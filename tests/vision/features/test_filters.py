"""Filter features against their definition, computed slowly."""

import numpy as np
import pytest

from chalicelib.vision.features.filters import blurred, filter_features, opponent, sobel

RNG = np.random.default_rng(0)


def at(plane: np.ndarray, y: int, x: int) -> float:
    """A pixel, the edge repeated outside."""
    return float(plane[min(max(y, 0), plane.shape[0] - 1), min(max(x, 0), plane.shape[1] - 1)])


def slow_sobel(plane: np.ndarray, y: int, x: int) -> tuple[float, float]:
    """Along x and along y at one pixel."""
    weights = (1, 2, 1)
    across = sum(w * (at(plane, y + k - 1, x + 1) - at(plane, y + k - 1, x - 1)) for k, w in enumerate(weights))
    down = sum(w * (at(plane, y + 1, x + k - 1) - at(plane, y - 1, x + k - 1)) for k, w in enumerate(weights))
    return across, down


def slow_level(plane: np.ndarray, cell: int) -> np.ndarray:
    """The 10 lightness channels of one pyramid level: 8 directions, bright and dark spots."""
    height, width = plane.shape
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    channels = np.zeros((10, height // cell, width // cell))
    for y in range(height):
        for x in range(width):
            gx, gy = slow_sobel(plane, y, x)
            blur = sum(kernel[i] * kernel[j] * at(plane, y + i - 2, x + j - 2) for i in range(5) for j in range(5))
            detail = plane[y, x] - blur
            rectified = [max(0, gx * np.cos(k * np.pi / 4) + gy * np.sin(k * np.pi / 4)) for k in range(8)]
            channels[:, y // cell, x // cell] += np.array([*rectified, max(detail, 0), max(-detail, 0)]) / cell**2
    return np.sqrt(channels)


def test_features_are_the_rectified_gradients_and_spots_of_the_definition() -> None:
    photo = RNG.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    grid = filter_features(photo)
    lightness = opponent(photo)[0].astype(np.float64)
    expected = slow_level(lightness, 8).transpose(1, 2, 0)
    assert grid.shape == (4, 4, 62)
    np.testing.assert_allclose(grid[..., 6:16], expected, atol=2e-3)


def test_the_next_level_is_the_blurred_plane_at_every_second_pixel() -> None:
    planes = RNG.random((3, 32, 32)).astype(np.float32)
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    y, x = 5, 31
    expected = sum(kernel[i] * kernel[j] * at(planes[1], y + i - 2, x + j - 2) for i in range(5) for j in range(5))
    assert blurred(planes)[1, y, x] == pytest.approx(expected, abs=1e-6)
    across, down = sobel(planes)
    assert (across[2, 0, 31], down[2, 0, 31]) == pytest.approx(slow_sobel(planes[2], 0, 31), abs=1e-5)


def test_cell_statistics_are_plain_means_and_deviations() -> None:
    photo = RNG.integers(0, 256, (32, 64, 3), dtype=np.uint8)
    cells = opponent(photo).reshape(3, 4, 8, 8, 8)
    grid = filter_features(photo)
    np.testing.assert_allclose(grid[..., :3], cells.mean(axis=(2, 4)).transpose(1, 2, 0), atol=1e-5)
    np.testing.assert_allclose(grid[..., 3:6], cells.std(axis=(2, 4)).transpose(1, 2, 0), atol=1e-3)
