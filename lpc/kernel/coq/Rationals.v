(** The rational numbers are a field in the sense of this library, without axioms: what is proved
    over every field is about something. *)

Require Import ZArith QArith Qcanon Lia.
From LPC Require Import Scalars Sums.

Definition rational_scalars : scalar.
Proof.
  refine (Scalar Qc 0%Qc 1%Qc Qcplus Qcmult Qcminus Qcopp (fun a => (0 <= a)%Qc) Qcrt _ _ _ _ _ _ _ _ _).
  - discriminate.
  - intro a. destruct (Qc_eq_dec a 0); auto.
  - apply Qcmult_integral.
  - apply Qcle_refl.
  - discriminate.
  - intros a b Ha Hb. replace 0%Qc with (0 + 0)%Qc by ring. now apply Qcplus_le_compat.
  - intros a b Ha Hb. replace 0%Qc with (0 * b)%Qc by ring. now apply Qcmult_le_compat_r.
  - intro a. destruct (Qclt_le_dec a 0) as [H|H]; [right|now left].
    replace 0%Qc with (- 0)%Qc by ring. now apply Qcopp_le_compat, Qclt_le_weak.
  - intros a Ha Hb. apply Qcle_antisym; [|exact Ha].
    replace a with (- - a)%Qc by ring. replace 0%Qc with (- 0)%Qc by ring. now apply Qcopp_le_compat.
Defined.

Definition rationals : field.
Proof. exact (Field rational_scalars Qcinv Qcmult_inv_r). Defined.
