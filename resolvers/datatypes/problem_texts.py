"""Business refusals in Vietnamese, one sentence per code, for citizens and staff."""

from collections.abc import Mapping
from types import MappingProxyType

VIETNAMESE: Mapping[str, str] = MappingProxyType(
    {
        # Consents
        "ACTIONS_MISSING": "Phải nêu rõ được phép làm gì: xem hoặc ghi.",
        "CATEGORIES_MISSING": "Phải nêu rõ loại thông tin được đồng ý.",
        "CONSENT_NOT_ACTIVE": "Sự đồng ý này không còn hiệu lực.",
        "CONSENT_NOT_FOUND": "Không có sự đồng ý này.",
        "DATA_PERIOD_EMPTY": "Khoảng thời gian của dữ liệu không hợp lệ.",
        "EVIDENCE_MISSING": "Phải có bằng chứng về sự đồng ý.",
        "GRANTEE_MISSING": "Phải nêu rõ người hoặc cơ sở được đồng ý.",
        "GRANTEE_UNKNOWN": "Không có vai trò này.",
        "LOCAL_ID_UNCONFIRMED": "Người bệnh đang có mã khác tại cơ sở và cơ sở chưa có mã này.",
        "LABEL_NOT_REPRESENTED": "Người đại diện không quyết định về thông tin nhạy cảm này.",
        "LABEL_HIDDEN_BY_LAW": "Theo pháp luật, không ai được xem thông tin này.",
        "PERIOD_OVER": "Thời hạn đã qua hoặc không hợp lệ.",
        # Measurements
        "MEASURED_IN_FUTURE": "Thời điểm đo chưa đến.",
        "MEASUREMENT_COUNT": "Mỗi lần chỉ gửi được từ 1 đến 500 kết quả đo.",
        "VALUE_OUT_OF_RANGE": "Giá trị này không thể có ở người sống.",
        # Encounters
        "ENCOUNTER_FINISHED": "Đợt khám chữa bệnh đã kết thúc.",
        "ENCOUNTER_TAKEN": "Đợt khám chữa bệnh này là của người bệnh khác.",
        "ENDS_BEFORE_START": "Thời điểm kết thúc sớm hơn thời điểm bắt đầu.",
        "ENDS_IN_FUTURE": "Đợt khám chữa bệnh chưa kết thúc.",
        "END_MISSING": "Đợt khám chữa bệnh đã kết thúc phải có thời điểm kết thúc.",
        "ID_MALFORMED": "Mã định danh không đúng định dạng.",
        "LOCAL_ID_TAKEN": "Mã người bệnh này tại cơ sở là của người khác.",
        "NOT_ENDED": "Đợt khám chữa bệnh đang diễn ra chưa có thời điểm kết thúc.",
        "PATIENT_UNKNOWN": "Không có người bệnh này.",
        "STARTS_IN_FUTURE": "Đợt khám chữa bệnh chưa bắt đầu.",
        # Prescribing
        "AGE_MISSING": "Chưa có ngày sinh: phải ghi số tháng tuổi.",
        "CHILD_ADULT_MISSING": "Trẻ dưới 72 tháng tuổi phải có tên người đưa trẻ đến khám.",
        "CHILD_WEIGHT_MISSING": "Trẻ dưới 72 tháng tuổi phải ghi cân nặng.",
        "COURSE_MISSING": "Thuốc gây nghiện phải kê theo đợt.",
        "COURSE_NUMBER": "Đơn thuốc có nhiều nhất ba đợt.",
        "COURSE_START": "Đợt điều trị bắt đầu hôm nay hoặc nối tiếp đợt trước.",
        "COURSE_TOO_LONG": "Số ngày của đợt điều trị vượt quá quy định.",
        "DIAGNOSIS_COUNT": "Đơn thuốc có quá nhiều chẩn đoán.",
        "DIAGNOSIS_MISSING": "Phải ghi chẩn đoán.",
        "DOSAGE_MISSING": "Phải ghi cách dùng.",
        "DRUG_UNKNOWN": "Không có thuốc nào mang số đăng ký này.",
        "FACILITY_NOT_ISSUING": "Cơ sở này không được kê đơn thuốc.",
        "ITEM_COUNT": "Số thuốc trong đơn không hợp lệ.",
        "QUANTITY_INVALID": "Số lượng không hợp lệ.",
        "QUANTITY_WORDS_MISSING": "Số lượng thuốc gây nghiện phải ghi cả bằng chữ.",
        "REPLACEMENT_FOREIGN": "Chỉ cơ sở đã kê đơn mới được thay thế đơn.",
        "REPLACEMENT_RACED": "Đơn đang được bán hoặc vừa được thay thế.",
        "SUPPLY_TOO_LONG": "Số ngày dùng thuốc vượt quá quy định.",
        "TEXT_TOO_LONG": "Nội dung quá dài.",
        "TYPE_MISMATCH": "Thuốc này phải kê bằng loại đơn khác.",
        "TYPE_NOT_ISSUABLE": "Loại đơn này không còn được kê.",
        # Dispensing
        "BUYER_CONSENT_MISSING": "Người mua phải đồng ý đổi sang thuốc khác.",
        "CLAIM_NOT_HELD": "Nhà thuốc này không giữ đơn.",
        "CODE_MALFORMED": "Đây không phải là mã đơn thuốc.",
        "DISPENSE_FOREIGN": "Chỉ nhà thuốc đã bán mới được nhận lại thuốc.",
        "DISPENSE_REVERSED": "Lần bán này đã được hủy trước đó.",
        "DISPENSE_UNKNOWN": "Đơn thuốc không có lần bán này.",
        "ITEM_UNKNOWN": "Thuốc này không có trong đơn.",
        "LINES_MISSING": "Phải nêu từng thuốc được bán.",
        "PRESCRIPTION_CLAIMED": "Đơn đang được một nhà thuốc khác giữ để bán.",
        "PRESCRIPTION_DISPENSED": "Thuốc trong đơn đã được bán hết.",
        "PRESCRIPTION_EXPIRED": "Đơn thuốc đã hết hạn.",
        "PRESCRIPTION_NOT_YET_VALID": "Đơn thuốc chưa đến ngày có hiệu lực.",
        "PRESCRIPTION_REPLACED": "Đơn thuốc đã được thay bằng đơn khác.",
        "PRESCRIPTION_UNKNOWN": "Không có đơn thuốc này.",
        "QUANTITY_EXCEEDS_REMAINING": "Số lượng còn lại trong đơn không đủ.",
        "SUBSTITUTE_NOT_EQUIVALENT": (
            "Thuốc thay thế phải cùng hoạt chất, hàm lượng, dạng bào chế và đường dùng."
        ),
    }
)
"""The refusal of each code."""
