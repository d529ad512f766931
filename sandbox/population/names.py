"""Vietnamese names: family, middle, given, by sex and roughly by how common they are."""

import random
import unicodedata

from sandbox.population.model import Name

_FAMILIES = (
    ("Nguyễn", 380), ("Trần", 120), ("Lê", 95), ("Phạm", 70), ("Hoàng", 40), ("Huỳnh", 25),
    ("Phan", 45), ("Vũ", 25), ("Võ", 20), ("Đặng", 21), ("Bùi", 20), ("Đỗ", 14), ("Hồ", 13),
    ("Ngô", 13), ("Dương", 10), ("Lý", 5), ("Đinh", 8), ("Trương", 12), ("Mai", 6), ("Đoàn", 7),
    ("Lương", 5), ("Cao", 6), ("Trịnh", 7), ("Tô", 4), ("Hà", 5), ("Lâm", 5), ("Châu", 2),
    ("Thạch", 2), ("Nông", 2), ("Quách", 1),
)  # fmt: skip
_MALE_MIDDLES = (
    "Văn", "Hữu", "Đức", "Quang", "Minh", "Công", "Xuân", "Thành", "Quốc", "Gia", "Đình", "Ngọc",
    "Trọng", "Tuấn", "Anh", "Bảo", "",
)  # fmt: skip
_FEMALE_MIDDLES = (
    "Thị", "Thị Thu", "Thị Ngọc", "Thị Kim", "Ngọc", "Thu", "Thanh", "Mỹ", "Phương", "Kim", "Bảo",
    "Khánh", "Thùy", "Diệu", "Minh", "Hồng", "",
)  # fmt: skip
_MALE_GIVENS = (
    "An", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Hải", "Hiếu", "Hòa", "Hoàng", "Hùng", "Huy",
    "Khang", "Khánh", "Khoa", "Kiên", "Lâm", "Long", "Lộc", "Minh", "Nam", "Nghĩa", "Nhân",
    "Phong", "Phúc", "Quân", "Sơn", "Tài", "Tâm", "Thắng", "Thiện", "Thịnh", "Tiến", "Toàn",
    "Trí", "Trung", "Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ",
)  # fmt: skip
_FEMALE_GIVENS = (
    "An", "Anh", "Ánh", "Châu", "Chi", "Diệp", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng",
    "Hiền", "Hoa", "Hồng", "Huệ", "Hương", "Lan", "Linh", "Loan", "Ly", "Mai", "My", "Nga",
    "Ngân", "Ngọc", "Nhi", "Như", "Nhung", "Oanh", "Phương", "Quyên", "Quỳnh", "Tâm", "Thảo",
    "Thu", "Thủy", "Trang", "Trâm", "Trinh", "Tuyết", "Uyên", "Vân", "Vy", "Yến",
)  # fmt: skip
_FAMILY_NAMES = tuple(name for name, weight in _FAMILIES for _ in range(weight))


def family_name(rnd: random.Random) -> str:
    """Return a family name; about two in five people are called Nguyễn."""
    return rnd.choice(_FAMILY_NAMES)


def full_name(rnd: random.Random, sex: str, family: str) -> Name:
    """Return a name in a family; a child bears the family name of the father."""
    if sex == "female":
        return Name(family, rnd.choice(_FEMALE_MIDDLES), rnd.choice(_FEMALE_GIVENS))
    return Name(family, rnd.choice(_MALE_MIDDLES), rnd.choice(_MALE_GIVENS))


def latin(text: str) -> str:
    """Return a text in ASCII letters, as mail addresses need it."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum()).lower()
