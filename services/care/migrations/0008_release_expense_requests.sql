-- Reserved money can go back to its fund unpaid.

alter table expense_requests
    drop constraint expense_requests_state_check,
    add constraint expense_requests_state_check
        check (state in ('requested', 'funded', 'refused', 'cancelled', 'released'));
