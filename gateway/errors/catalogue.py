"""What each code means: status, whether to retry, and a text in two languages."""

from collections.abc import Mapping
from types import MappingProxyType

from access.error_texts import SHARED_VIETNAMESE
from gateway.errors.codes import ErrorCode, ErrorDescription


def _catalogue() -> dict[ErrorCode, ErrorDescription]:
    describe = ErrorDescription
    return {
        ErrorCode.BAD_REQUEST: describe(
            400, False, "The request is malformed.", SHARED_VIETNAMESE[ErrorCode.BAD_REQUEST]
        ),
        ErrorCode.METHOD_NOT_ALLOWED: describe(
            405,
            False,
            "The method is not allowed: queries by GET or POST, mutations by POST.",
            "Phương thức không được phép: truy vấn bằng GET hoặc POST, thay đổi bằng POST.",
        ),
        ErrorCode.NOT_ACCEPTABLE: describe(
            406,
            False,
            "None of the accepted media types can be produced.",
            "Không có kiểu nội dung nào được chấp nhận mà máy chủ tạo được.",
        ),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE: describe(
            415,
            False,
            "The content type, charset or content encoding is not supported.",
            "Kiểu nội dung, bảng mã hoặc cách nén không được hỗ trợ.",
        ),
        ErrorCode.REQUEST_TOO_LARGE: describe(
            413, False, "The request is too large.", "Yêu cầu quá lớn."
        ),
        ErrorCode.BATCHING_NOT_SUPPORTED: describe(
            400,
            False,
            "Batches of operations are not supported.",
            "Không hỗ trợ gửi nhiều thao tác trong một yêu cầu.",
        ),
        ErrorCode.GRAPHQL_PARSE_FAILED: describe(
            400,
            False,
            "The document has a syntax error.",
            SHARED_VIETNAMESE[ErrorCode.GRAPHQL_PARSE_FAILED],
            True,
        ),
        ErrorCode.GRAPHQL_VALIDATION_FAILED: describe(
            400,
            False,
            "The document is not valid for this schema.",
            "Tài liệu không hợp lệ với lược đồ này.",
            True,
        ),
        ErrorCode.OPERATION_RESOLUTION_FAILURE: describe(
            400,
            False,
            "The operation to execute cannot be told from the request.",
            "Không xác định được thao tác cần thực hiện.",
            True,
        ),
        ErrorCode.OPERATION_LIMIT_EXCEEDED: describe(
            400,
            False,
            "The operation exceeds a limit.",
            "Thao tác vượt quá giới hạn.",
            True,
        ),
        ErrorCode.OPERATION_NOT_SUPPORTED: describe(
            400,
            False,
            "Operations of this kind are not supported here.",
            "Loại thao tác này không được hỗ trợ ở đây.",
            True,
        ),
        ErrorCode.QUERY_PLANNING_FAILED: describe(
            400,
            False,
            "The operation is too complex to plan.",
            "Thao tác quá phức tạp để lập kế hoạch.",
            True,
        ),
        ErrorCode.BAD_USER_INPUT: describe(
            400,
            False,
            "A variable has an invalid value.",
            "Một biến có giá trị không hợp lệ.",
            True,
        ),
        ErrorCode.INTROSPECTION_DISABLED: describe(
            400, False, "Introspection is disabled.", "Chức năng xem lược đồ bị tắt.", True
        ),
        ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED: describe(
            400,
            False,
            "Persisted queries are not supported.",
            "Không hỗ trợ truy vấn lưu sẵn.",
            True,
        ),
        ErrorCode.UNAUTHENTICATED: describe(
            401, False, "A valid access token is required.", "Cần mã truy cập hợp lệ."
        ),
        ErrorCode.AUTHENTICATION_UNAVAILABLE: describe(
            503,
            True,
            "Nobody can be authenticated now; try again later.",
            "Hiện không xác thực được người dùng; vui lòng thử lại sau.",
        ),
        ErrorCode.UNAUTHORIZED_FIELD_OR_TYPE: describe(
            403,
            False,
            "Not authorized for this field or type.",
            "Không có quyền với trường hoặc kiểu này.",
            True,
        ),
        ErrorCode.CONSENT_REQUIRED: describe(
            403,
            False,
            "The data subject's consent is required.",
            "Cần sự đồng ý của chủ thể dữ liệu.",
            True,
        ),
        ErrorCode.AUTHORIZATION_UNAVAILABLE: describe(
            503,
            True,
            "Nothing can be decided about access now; try again later.",
            "Hiện không quyết định được quyền truy cập; vui lòng thử lại sau.",
        ),
        ErrorCode.RATE_LIMITED: describe(
            429,
            True,
            "Too many requests; try again later.",
            "Quá nhiều yêu cầu; vui lòng thử lại sau.",
        ),
        ErrorCode.OVERLOADED: describe(
            503,
            True,
            "The gateway is overloaded; try again later.",
            "Hệ thống đang quá tải; vui lòng thử lại sau.",
        ),
        ErrorCode.AUDIT_UNAVAILABLE: describe(
            503,
            True,
            "The access log cannot be written; nothing is answered without it.",
            "Không ghi được nhật ký truy cập nên không thể trả lời.",
        ),
        ErrorCode.SUBREQUEST_HTTP_ERROR: describe(
            502,
            True,
            "A part of the answer could not be obtained.",
            "Không lấy được một phần dữ liệu.",
            True,
        ),
        ErrorCode.SUBREQUEST_MALFORMED_RESPONSE: describe(
            502,
            True,
            "A part of the answer is not what was asked for.",
            "Một phần dữ liệu không đúng với yêu cầu.",
            True,
        ),
        ErrorCode.DOWNSTREAM_SERVICE_ERROR: describe(
            502,
            True,
            "A part of the answer failed where it is made.",
            "Không tạo được một phần dữ liệu.",
            True,
        ),
        ErrorCode.INVALID_VALUE: describe(
            502,
            False,
            "A value does not have its field's type.",
            "Một giá trị không đúng kiểu của trường.",
            True,
        ),
        ErrorCode.UNEXPECTED_NULL: describe(
            502,
            False,
            "A field that is never null has no value.",
            "Một trường bắt buộc không có giá trị.",
            True,
        ),
        ErrorCode.ERRORS_LEFT_OUT: describe(
            502,
            False,
            "There are more errors than an answer may hold.",
            "Có nhiều lỗi hơn mức một câu trả lời được chứa.",
            True,
        ),
        ErrorCode.FORBIDDEN: describe(403, False, "Not permitted.", "Không được phép.", True),
        ErrorCode.UPSTREAM_UNAVAILABLE: describe(
            502,
            True,
            "A source of the data is unavailable.",
            SHARED_VIETNAMESE[ErrorCode.UPSTREAM_UNAVAILABLE],
            True,
        ),
        ErrorCode.IDEMPOTENCY_KEY_REUSED: describe(
            409,
            False,
            "The idempotency key was used with another input.",
            SHARED_VIETNAMESE[ErrorCode.IDEMPOTENCY_KEY_REUSED],
            True,
        ),
        ErrorCode.IN_PROGRESS: describe(
            409,
            True,
            "The same request is still running.",
            SHARED_VIETNAMESE[ErrorCode.IN_PROGRESS],
            True,
        ),
        ErrorCode.INVALID_CURSOR: describe(
            400,
            False,
            "The cursor is not one of this list.",
            SHARED_VIETNAMESE[ErrorCode.INVALID_CURSOR],
            True,
        ),
        ErrorCode.DEADLINE_EXCEEDED: describe(
            504,
            True,
            "A part of the answer was not ready in time.",
            SHARED_VIETNAMESE[ErrorCode.DEADLINE_EXCEEDED],
            True,
        ),
        ErrorCode.ACCESS_CONTEXT_REFUSED: describe(
            502,
            False,
            "A subgraph refused the gateway's access context.",
            SHARED_VIETNAMESE[ErrorCode.ACCESS_CONTEXT_REFUSED],
            True,
        ),
        ErrorCode.INTERNAL_SERVER_ERROR: describe(
            500, True, "Internal error.", SHARED_VIETNAMESE[ErrorCode.INTERNAL_SERVER_ERROR], True
        ),
    }


CATALOGUE: Mapping[ErrorCode, ErrorDescription] = MappingProxyType(_catalogue())


def catalogue_table() -> str:
    """Return the catalogue as a Markdown table, as the documentation shows it."""
    lines = ["| code | HTTP status | retryable | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{code}` | {each.status} | {'yes' if each.retryable else 'no'} | {each.english} |"
        for code, each in CATALOGUE.items()
    ]
    return "\n".join(lines) + "\n"
