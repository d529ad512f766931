"""What a consent and the access log name: categories, labels, actions, purposes."""

from access.categories import Action, Category
from access.labels import Label
from access.purposes import Purpose
from resolvers.datatypes.enums import described_enum

__all__ = ["Action", "Category", "Label", "Purpose"]

described_enum(
    Category,
    "A group of fields that is permitted or denied as a whole. Values may be added.",
    {
        "RECORD": "The book itself: that it exists (sổ sức khỏe).",
        "DEMOGRAPHICS": "Name, birth date, sex, ethnicity, occupation (thông tin hành chính).",
        "IDENTIFIERS": "National id, insurance number, passport (giấy tờ định danh).",
        "CONTACT": "Telephone and addresses (thông tin liên lạc).",
        "REPRESENTATIVES": "Representatives, delegates, dependants (người đại diện, giám hộ).",
        "ALLERGIES": "Allergies and intolerances (dị ứng).",
        "HISTORY": "Past conditions, surgery, family history (tiền sử bệnh).",
        "IMMUNIZATIONS": "Vaccinations given, due and overdue (tiêm chủng).",
        "VITALS": "What the citizen measures herself (chỉ số tự đo).",
        "CONSENTS": "Consents and denials (sự đồng ý).",
        "ACCESS_LOG": "Who looked, when and why (nhật ký truy cập).",
        "ENCOUNTERS": "Visits to facilities (lượt khám chữa bệnh).",
        "CONDITIONS": "Diagnoses and reasons (chẩn đoán).",
        "OBSERVATIONS": "Laboratory results and other findings (kết quả xét nghiệm, chỉ số).",
        "IMAGING": "Imaging studies (chẩn đoán hình ảnh).",
        "PROCEDURES": "Procedures and surgery (thủ thuật, phẫu thuật).",
        "MEDICATIONS": "What facilities ordered or gave without a national prescription code "
        "(thuốc dùng tại cơ sở).",
        "CLINICAL_NOTES": "Discharge summaries and other narrative text (tóm tắt hồ sơ bệnh án).",
        "REFERRALS": "Referrals and follow-up appointments (giấy chuyển tuyến, giấy hẹn khám "
        "lại).",
        "PRESCRIPTIONS": "National prescriptions and dispenses (đơn thuốc).",
        "PRESCRIPTION_PATIENT": "Whom a prescription is for (người được kê đơn).",
        "COVERAGE": "Insurance card and entitlement (thẻ bảo hiểm y tế).",
        "CLAIMS": "Costs and claims (chi phí khám chữa bệnh).",
    },
    name="ConsentCategory",
)
described_enum(
    Label,
    "A sensitivity of rows; consents cover it only by name. Values may be added.",
    {
        "HIV": "Infection with HIV (nhiễm HIV).",
        "STD": "Sexually transmitted infections (bệnh lây truyền qua đường tình dục).",
        "SUD": "Substance use (sử dụng chất gây nghiện).",
        "MENTAL_HEALTH": "Mental health (sức khỏe tâm thần).",
        "DOMESTIC_VIOLENCE": "Domestic violence (bạo lực gia đình).",
        "CHILD_ABUSE": "Child abuse (xâm hại trẻ em).",
        "REPRODUCTIVE": "Sexual and reproductive health (sức khỏe sinh sản).",
        "GENETIC": "Genetic data (thông tin di truyền).",
        "GENDER": "Gender identity and its medical care (xác định giới tính).",
        "TRANSPLANT": "Donation and transplantation of tissue and organs (hiến, ghép mô, tạng).",
        "FETAL_SEX": "Sex of an unborn child; the law hides it (giới tính thai nhi).",
        "ART_DONOR": "Donor of assisted reproduction; the law hides it (người cho tinh trùng, "
        "noãn, phôi).",
    },
    name="SensitivityLabel",
)
described_enum(
    Action,
    "What is done with the data.",
    {"READ": "To read it (xem).", "WRITE": "To add to it or change it (ghi)."},
    name="ConsentAction",
)
described_enum(
    Purpose,
    "Purpose of use (HL7 v3 PurposeOfUse). Values may be added.",
    {
        "PATIENT_REQUEST": "The subject's own request (theo yêu cầu của người bệnh).",
        "FAMILY_REQUEST": "A representative's request (theo yêu cầu của người đại diện).",
        "TREATMENT": "Treatment (khám chữa bệnh).",
        "EMERGENCY_TREATMENT": "Emergency treatment (cấp cứu).",
        "BREAK_THE_GLASS": "Access in an emergency without consent, for a stated reason (truy cập "
        "khẩn cấp).",
        "PAYMENT": "Payment of claims (thanh toán bảo hiểm y tế).",
        "OPERATIONS": "A facility's operations (quản lý cơ sở khám chữa bệnh).",
        "PUBLIC_HEALTH": "Public health (y tế công cộng).",
        "RESEARCH": "Research (nghiên cứu khoa học).",
    },
    name="PurposeOfUse",
)
