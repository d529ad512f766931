"""What an error means in Vietnamese, where gateway and subgraphs tell the same error.

A client reads one sentence for a code, whoever found the fault. The catalogues of codes are the
gateway's and the subgraphs' own.
"""

from collections.abc import Mapping
from types import MappingProxyType

SHARED_VIETNAMESE: Mapping[str, str] = MappingProxyType(
    {
        "ACCESS_CONTEXT_REFUSED": "Yêu cầu không kèm quyền truy cập hợp lệ.",
        "BAD_REQUEST": "Yêu cầu không đúng định dạng.",
        "DEADLINE_EXCEEDED": "Hệ thống không trả lời kịp thời.",
        "GRAPHQL_PARSE_FAILED": "Tài liệu có lỗi cú pháp.",
        "IDEMPOTENCY_KEY_REUSED": "Khoá chống lặp đã được dùng với dữ liệu khác.",
        "INTERNAL_SERVER_ERROR": "Lỗi hệ thống.",
        "INVALID_CURSOR": "Vị trí trang không thuộc danh sách này.",
        "IN_PROGRESS": "Yêu cầu trùng đang được xử lý.",
        "UPSTREAM_UNAVAILABLE": "Một nguồn dữ liệu hiện không truy cập được.",
    }
)
"""The sentence for each code that both know."""
