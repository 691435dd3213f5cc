import OAuth

/// The code that an act is refused with; `nil` when it is not refused.
func code(_ act: () throws(OAuthError) -> Void) -> OAuthError.Code? {
    do {
        try act()
        return nil
    } catch {
        return error.code
    }
}
