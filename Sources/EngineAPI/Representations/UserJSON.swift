import AuthorizationServer
import OAuth

/// Who reads a user's row: everybody of the domain gets less than administrators.
enum UserReader { case anybody, administrators }

func json(_ user: User, for reader: UserReader) -> JSON {
    func other(_ name: String) -> JSON.Member {
        let value = user.profile[name] ?? nil
        return JSON.Member(name, value.isNull ? UserFields.absent[name] ?? nil : value)
    }
    var members: [JSON.Member] = [
        .init("id", .string(user.id.text)), .init("email_digest", .string(user.email.digest)),
        .init("email", .string(user.email.text)), other("nickname"), .init("name", .string(user.name)),
        other("first_name"), other("last_name"), .init("groups", .texts(user.groups)), other("country"),
        other("building"), other("image"), .init("created_at", .moment(user.createdAt)),
        .init("authority_id", .string(user.domain.text)), .init("deleted", .bool(user.isDeleted)),
        other("department"), other("preferred_language"), .init("staff_id", .text(user.staffID)), other("phone"),
        other("work_preferences"), other("work_overrides"), .init("login_count", .integer(user.loginCount)),
        .init("last_login", .moment(user.lastLogin)), other("photo_upload_id"), other("locatable"),
    ]
    if reader == .administrators {
        members += [
            .init("sys_admin", .bool(user.permissions.contains(.administrator))),
            .init("support", .bool(user.permissions.contains(.support))), other("misc"),
            .init("login_name", .text(user.loginName)), other("card_number"), other("ui_theme"),
        ]
    }
    return .object(members)
}

/// PlaceOS's fields of a user that this server only keeps.
enum UserFields {
    /// What a field says that nobody has set; `null` for the ones that aren't here.
    static let absent: [String: JSON] = [
        "nickname": "", "country": "", "image": "", "phone": "", "misc": "", "ui_theme": "light",
        "work_preferences": [], "work_overrides": [:], "locatable": true,
    ]
    static let texts = [
        "nickname", "first_name", "last_name", "country", "building", "image", "department", "preferred_language",
        "phone", "photo_upload_id", "misc", "ui_theme",
    ]
}

extension Body {
    /// What a person may set of themselves, and what only an administrator may.
    ///
    /// - Parameter user: the row as it is; `nil` for a new one.
    mutating func readUser(into draft: inout UserDraft, of user: User?, asAdministrator: Bool) {
        draft.name = text("name") ?? fullName(of: user)
        keep(UserFields.texts, &draft) { body, name in body.text(name).map(JSON.string) }
        keep(["work_preferences"], &draft) { body, name in body.array(name) }
        keep(["work_overrides"], &draft) { body, name in body.object(name) }
        keep(["locatable"], &draft) { body, name in body.bool(name).map(JSON.bool) }
        guard asAdministrator else { return }
        draft.loginName = text("login_name")
        draft.staffID = text("staff_id")
        draft.groups = texts("groups")
        draft.isAdministrator = bool("sys_admin")
        draft.isSupport = bool("support")
        keep(["card_number"], &draft) { body, name in body.text(name).map(JSON.string) }
    }

    /// As PlaceOS puts a name together when one of its parts is given.
    private func fullName(of user: User?) -> String? {
        let parts = ["first_name", "last_name"]
        guard parts.contains(where: { json[$0] != nil }) else { return nil }
        let words = parts.compactMap { (json[$0] ?? user?.profile[$0])?.string }.filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Takes fields over; one that is `null` is unset.
    private mutating func keep(
        _ names: [String], _ draft: inout UserDraft, read: (inout Body, String) -> JSON?
    ) {
        for name in names {
            if json[name]?.isNull ?? false {
                draft.profile.append(JSON.Member(name, nil))
            } else if let value = read(&self, name) {
                draft.profile.append(JSON.Member(name, value))
            }
        }
    }
}
